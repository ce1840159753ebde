//! The same books exported again: what was only lettered or renumbered since is one entry, what was changed is told.

use encours_domain::accounting::{Journal, Options, understand};
use encours_domain::reader::read_fec;

const HEADER: &str = "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\t\
    PieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\n";

/// A sale of so many euros, whose VAT nobody minds: number, day, client, document, label, amount and letter.
type Sale<'t> = (&'t str, &'t str, &'t str, &'t str, &'t str, &'t str, &'t str);

fn books(sales: &[Sale<'_>]) -> Journal {
    let mut text = HEADER.to_owned();
    for (number, day, client, piece, label, amount, letter) in sales {
        let line = |account: &str, client: &str, debit: &str, credit: &str, letter: &str| {
            format!(
                "VE\tVentes\t{number}\t{day}\t{account}\t{account}\t{client}\t{client}\t{piece}\t{day}\t{label}\t{debit}\t{credit}\t{letter}\t\t{day}\t\t\n"
            )
        };
        text.push_str(&line("411000", client, amount, "0,00", letter));
        text.push_str(&line("707000", "", "0,00", amount, ""));
    }
    read_fec("000500967FEC20231231.txt", text.as_bytes()).0
}

const FIRST: Sale<'_> = ("1", "20230110", "DUPONT", "F1", "Facture F1", "120,00", "");
const SECOND: Sale<'_> = ("2", "20230210", "MARTIN", "F2", "Facture F2", "50,00", "");
const THIRD: Sale<'_> = ("3", "20230310", "DUPONT", "F3", "Facture F3", "70,00", "");

#[test]
fn a_changed_entry_is_told_and_a_lettered_one_is_one() {
    let cases: [(&str, Sale<'_>, Option<&str>); 8] = [
        ("the same", SECOND, None),
        ("lettered since", ("2", "20230210", "MARTIN", "F2", "Facture F2", "50,00", "A"), None),
        ("renumbered", ("9", "20230210", "MARTIN", "F2", "Facture F2", "50,00", ""), None),
        ("amount", ("2", "20230210", "MARTIN", "F2", "Facture F2", "55,00", ""), Some("`2`")),
        ("label", ("2", "20230210", "MARTIN", "F2", "Facture F2 bis", "50,00", ""), Some("`2`")),
        ("document", ("2", "20230210", "MARTIN", "F2BIS", "Facture F2", "50,00", ""), Some("`2`")),
        ("day", ("2", "20230215", "MARTIN", "F2", "Facture F2", "50,00", ""), Some("`2`")),
        ("renumbered, with another label", ("9", "20230210", "MARTIN", "F2", "Autre", "50,00", ""), Some("`9`")),
    ];
    for (name, second, told) in cases {
        let (earlier, later) = (books(&[FIRST, SECOND, THIRD]), books(&[FIRST, second, THIRD]));
        for pair in [[earlier.clone(), later.clone()], [later, earlier]] {
            let faults = Journal::union(pair).1;
            let found: Vec<String> = faults.iter().map(ToString::to_string).collect();
            assert_eq!(found.len(), usize::from(told.is_some()), "{name}: {found:?}");
            if let Some(number) = told {
                let either = found[0].contains(number) || found[0].contains("`2`");
                assert!(either && found[0].contains("another export of these books"), "{name}: {found:?}");
            }
        }
    }
}

#[test]
fn lines_that_stand_twice_are_noted() {
    let once = [FIRST, SECOND];
    let twice = [FIRST, SECOND, FIRST, SECOND];
    for (sales, noted) in [(&once[..], false), (&twice[..], true)] {
        let understood = understand(&books(sales), &Options::default());
        let notes: Vec<String> = understood.report.notes.iter().map(ToString::to_string).collect();
        let found = notes.iter().any(|note| note.contains("2 entries hold each of their lines twice"));
        assert_eq!(found, noted, "{notes:?}");
    }
}

#[test]
fn books_that_share_no_line_are_of_two_companies() {
    let other = [
        ("1", "20230110", "DUPONT", "A1", "Vente", "10,00", ""),
        ("2", "20230210", "DURAND", "A2", "Vente", "20,00", ""),
        ("3", "20230310", "DURAND", "A3", "Vente", "30,00", ""),
    ];
    assert_eq!(Journal::union([books(&[FIRST, SECOND, THIRD]), books(&other)]).1, []);
    // Half a year and then the whole of it.
    assert_eq!(Journal::union([books(&[FIRST, SECOND]), books(&[FIRST, SECOND, THIRD])]).1, []);
}
