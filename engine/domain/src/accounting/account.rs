//! What an account of the French chart (plan comptable général) means to a claim on a client.

use crate::reader::plain_letters;

/// Which account of the client a line stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Claim {
    /// 411: clients, retention (4117) among them.
    Client,
    /// 413: bills of exchange to receive.
    Bill,
    /// 416: doubtful clients.
    Doubtful,
}

impl Claim {
    /// The claim account that a number is, if it is one.
    pub fn of(account: &str) -> Option<Self> {
        match account.as_bytes().get(..3)? {
            b"411" => Some(Claim::Client),
            b"413" => Some(Claim::Bill),
            b"416" => Some(Claim::Doubtful),
            _ => None,
        }
    }
}

/// 4117: what the client holds back until works are accepted.
pub(super) fn is_retention(account: &str) -> bool {
    account.starts_with("4117")
}

/// 4191: deposits received on orders.
pub(super) fn is_deposit(account: &str) -> bool {
    account.starts_with("4191")
}

/// 511: cheques and bills on their way to the bank.
pub(super) fn is_at_bank(account: &str) -> bool {
    account.starts_with("511")
}

/// What stands on the other side of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Side {
    /// 7x, 4181, 4198, 487: sales and what is invoiced besides.
    Sale,
    /// 4457, 4458: VAT, which goes with a sale, a discount or a loss.
    Vat,
    /// 51, 53, 54, 58: money.
    Money,
    /// 5113, 5114, 519: bills handed to the bank that have not matured.
    BillAtBank,
    /// 4191.
    Deposit,
    /// 665: discount for early payment.
    Discount,
    /// 654: irrecoverable claims.
    Loss,
    /// 658, 758: differences of cents.
    Rounding,
    /// 656, 666, 756, 766, 476, 477: exchange differences.
    Exchange,
    /// 40, 45, 42, 108: what we owe the client as our supplier, partner, employee or owner, or its payment to one of them.
    Supplier,
    /// 467 that bears a factor's name.
    Factor,
    /// 471: money that waits until somebody knows whose it is.
    Waiting,
    /// 61 to 66: charges, such as what the bank keeps.
    Charge,
    /// Anything else.
    Other,
}

impl Side {
    /// What an account other than a claim is; of the debtors and creditors of 467 only the name tells.
    pub fn of(account: &str, name: &str) -> Self {
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| account.starts_with(prefix));
        match account.as_bytes().first() {
            Some(b'7') if starts(&["758"]) => Side::Rounding,
            Some(b'7') if starts(&["756", "766"]) => Side::Exchange,
            Some(b'7') if starts(&["78", "79", "72"]) => Side::Other,
            Some(b'7') => Side::Sale,
            Some(b'6') if starts(&["665"]) => Side::Discount,
            Some(b'6') if starts(&["654", "6714"]) => Side::Loss,
            Some(b'6') if starts(&["658"]) => Side::Rounding,
            Some(b'6') if starts(&["656", "666"]) => Side::Exchange,
            Some(b'6') if starts(&["61", "62", "63", "66"]) => Side::Charge,
            Some(b'5') if starts(&["5113", "5114", "519"]) => Side::BillAtBank,
            Some(b'5') if starts(&["51", "53", "54", "58"]) => Side::Money,
            Some(b'4') if starts(&["4191"]) => Side::Deposit,
            Some(b'4') if starts(&["418", "4197", "4198", "487"]) => Side::Sale,
            Some(b'4') if starts(&["4457", "4458"]) => Side::Vat,
            Some(b'4') if starts(&["4456"]) => Side::Charge,
            Some(b'4') if starts(&["40", "42", "45"]) => Side::Supplier,
            Some(b'1') if starts(&["108"]) => Side::Supplier,
            Some(b'4') if starts(&["467"]) => debtor(name),
            Some(b'4') if starts(&["471"]) => Side::Waiting,
            Some(b'4') if starts(&["476", "477"]) => Side::Exchange,
            _ => Side::Other,
        }
    }
}

/// A factor buys the claim; who collects for us was paid by the client. Any other debtor may be anything.
fn debtor(name: &str) -> Side {
    const FACTORS: [&str; 6] = ["factor", "affactur", "factofrance", "dailly", "cessiondecreance", "creancescedees"];
    const COLLECTORS: [&str; 14] = [
        "stripe",
        "paypal",
        "sumup",
        "payplug",
        "mollie",
        "adyen",
        "amazon",
        "marketplace",
        "placedemarche",
        "huissier",
        "commissairedejustice",
        "recouvrement",
        "carpa",
        "gocardless",
    ];
    let name = plain_letters(name);
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match () {
        () if says(&FACTORS) => Side::Factor,
        () if says(&COLLECTORS) => Side::Money,
        () => Side::Other,
    }
}

/// 471: receipts of which nobody knew yet whose they were.
pub(super) fn is_waiting(account: &str) -> bool {
    account.starts_with("471")
}

/// Whether an account is of the balance sheet (classes 1 to 5), as all of an opening entry's are.
pub(super) fn is_of_balance_sheet(account: &str) -> bool {
    matches!(account.as_bytes().first(), Some(b'1'..=b'5'))
}
