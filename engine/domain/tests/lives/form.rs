//! A writer of FEC files in every form.

use encours_domain::Day;
use proptest::prelude::*;

use super::Line;

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    delimiter: char,
    sides: Sides,
    encoding: Encoding,
    line_end: &'static str,
    date: &'static str,
    point: bool,
    quoted: bool,
    trailing: bool,
    pub with_due: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Sides {
    Columns,
    Letters,
    Signs,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Encoding {
    Utf8,
    Utf8Mark,
    Windows1252,
    Iso885915,
    Utf16,
}

impl Form {
    pub const PLAIN: Form = Form {
        delimiter: '\t',
        sides: Sides::Columns,
        encoding: Encoding::Utf8,
        line_end: "\r\n",
        date: "%Y%m%d",
        point: false,
        quoted: false,
        trailing: false,
        with_due: true,
    };

    pub fn any() -> impl Strategy<Value = Form> {
        let delimiter = prop::sample::select(vec!['\t', '|', ';', ',']);
        let sides = prop::sample::select(vec![Sides::Columns, Sides::Letters, Sides::Signs]);
        let encoding = prop::sample::select(vec![
            Encoding::Utf8,
            Encoding::Utf8Mark,
            Encoding::Windows1252,
            Encoding::Iso885915,
            Encoding::Utf16,
        ]);
        let line_end = prop::sample::select(vec!["\n", "\r\n", "\r"]);
        let date = prop::sample::select(vec!["%Y%m%d", "%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y 00:00:00"]);
        (delimiter, sides, encoding, line_end, date, any::<[bool; 4]>()).prop_map(
            |(delimiter, sides, encoding, line_end, date, [point, quoted, trailing, with_due])| {
                // A decimal comma between commas needs quotes.
                let quoted = quoted && matches!(delimiter, ';' | ',');
                let point = point || (delimiter == ',' && !quoted);
                Form { delimiter, sides, encoding, line_end, date, point, quoted, trailing, with_due }
            },
        )
    }
}

/// A file of these lines in this form.
pub fn written(lines: &[Line], form: Form) -> Vec<u8> {
    let mut names = vec![
        "JournalCode",
        "JournalLib",
        "EcritureNum",
        "EcritureDate",
        "CompteNum",
        "CompteLib",
        "CompAuxNum",
        "CompAuxLib",
        "PieceRef",
        "PieceDate",
        "EcritureLib",
    ];
    names.extend(if form.sides == Sides::Columns { ["Debit", "Credit"] } else { ["Montant", "Sens"] });
    names.extend(["EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"]);
    if form.with_due {
        names.push("Date limite règlmt");
    }
    let mut rows = vec![names.into_iter().map(str::to_owned).collect::<Vec<String>>()];
    rows.extend(lines.iter().map(|line| fields(line, form)));
    let mut text = String::new();
    for row in rows {
        let fields: Vec<String> =
            row.into_iter().map(|field| if form.quoted { format!("\"{field}\"") } else { field }).collect();
        text += &fields.join(&form.delimiter.to_string());
        if form.trailing {
            text.push(form.delimiter);
        }
        text += form.line_end;
    }
    match form.encoding {
        Encoding::Utf8 => text.into_bytes(),
        Encoding::Utf8Mark => [&[0xEF, 0xBB, 0xBF][..], text.as_bytes()].concat(),
        Encoding::Utf16 => [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
        Encoding::Windows1252 => text.chars().map(|letter| one_byte(letter, 0x9C, 0x80)).collect(),
        Encoding::Iso885915 => text.chars().map(|letter| one_byte(letter, 0xBD, 0xA4)).collect(),
    }
}

fn one_byte(letter: char, ligature: u8, euro: u8) -> u8 {
    match letter {
        'œ' => ligature,
        '€' => euro,
        other => u8::try_from(u32::from(other)).unwrap(),
    }
}

fn fields(line: &Line, form: Form) -> Vec<String> {
    let day = |day: Day| day.date().format(form.date).to_string();
    let mark = if form.point { '.' } else { ',' };
    let cents = |amount: i64| format!("{}{mark}{:02}", amount / 100, amount % 100);
    let name = if line.auxiliary.is_empty() {
        String::new()
    } else {
        format!("Société œuvrée {} à 3 €", line.auxiliary)
    };
    let amounts = match form.sides {
        Sides::Columns if line.amount > 0 => [cents(line.amount), cents(0)],
        Sides::Columns => [String::new(), cents(-line.amount)],
        Sides::Letters => [cents(line.amount.abs()), if line.amount > 0 { "D" } else { "C" }.to_owned()],
        Sides::Signs => [cents(line.amount.abs()), if line.amount > 0 { "+1" } else { "-1" }.to_owned()],
    };
    let mut fields = vec![
        line.journal.to_owned(),
        format!("Journal {}", line.journal),
        line.entry.to_string(),
        day(line.date),
        line.account.clone(),
        "Compte général".to_owned(),
        line.auxiliary.clone(),
        name,
        line.piece.clone(),
        day(line.piece_date),
        line.label.clone(),
    ];
    fields.extend(amounts);
    fields.extend([line.letter.clone(), String::new(), day(line.date), String::new(), String::new()]);
    if form.with_due {
        fields.push(line.due.map(day).unwrap_or_default());
    }
    fields
}
