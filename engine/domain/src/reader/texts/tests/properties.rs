//! What holds for every text.

use proptest::prelude::*;

use super::super::layout::{self, What};
use super::super::sniff;
use super::layouts::{usual, write};
use super::tra_lines::{HEADER, sale};
use super::{read_by, read_tra, windows_1252};
use crate::reader::format::{FORMATS, File, ReadOptions};

proptest! {
    #[test]
    fn what_is_written_comes_back(
        cents in 1_i64..1_000_000_000,
        label in "[A-Za-z éèàç'-]{0,25}",
        reference in "[A-Z0-9-]{1,13}",
        day in 0_i32..20_000,
    ) {
        let date = crate::Day::from_number(day).unwrap();
        let [client, sales] = sale(&reference, &date.date().format("%d%m%Y").to_string(), &format!("{}.{:02}", cents / 100, cents % 100), "");
        let text = format!("{HEADER}\r\n{client}\r\n{sales}\r\n");
        let (lines, report) = read_tra(&windows_1252(&text));
        prop_assert!(report.is_clean());
        prop_assert_eq!((lines[0].amount, lines[1].amount), (cents, -cents));
        prop_assert_eq!(&lines[0].piece, &reference);
        prop_assert_eq!(&lines[0].due, &date.to_string());
        let line = write(&layout::SAGE_PNM, &[
            (What::Journal, "VT"), (What::Date, "050126"), (What::Account, "411000"), (What::Reference, &reference),
            (What::Label, &label), (What::Side, "C"), (What::Amount, &format!("{},{:02}", cents / 100, cents % 100)),
        ]);
        let (lines, report) = read_by(&layout::SAGE_PNM, &windows_1252(&format!("{line}\r\n")));
        prop_assert!(report.is_clean(), "{:?}", report);
        prop_assert_eq!((lines[0].amount, lines[0].label.as_str(), &lines[0].piece), (-cents, label.trim(), &reference));
    }

    #[test]
    fn nothing_panics(at in 0_usize..900, byte in any::<u8>(), length in 0_usize..900) {
        let [client, sales] = sale("F-0001", "04022026", "1200,00", "17");
        let mut bytes = windows_1252(&format!("{HEADER}\r\n{client}\r\n{sales}\r\n"));
        if let Some(slot) = bytes.get_mut(at) {
            *slot = byte;
        }
        bytes.truncate(length.max(1));
        read_tra(&bytes);
        for (_, layout, _) in usual() {
            read_by(layout, &bytes);
            sniff::fits(File { name: "f", bytes: &bytes }, layout);
        }
    }

    #[test]
    fn any_bytes_are_told_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for format in FORMATS {
            let file = File { name: "f", bytes: &bytes };
            (format.looks_like)(file);
            (format.read)(file, &ReadOptions::default());
        }
    }
}
