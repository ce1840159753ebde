//! The number for VAT in the seller's file is another company's: its last nine digits are the SIREN.

use super::{Detector, Looked, Seen, stated};

pub(super) const SIGNAL: Detector = Detector { code: "VAT_OF_ANOTHER", find };

fn find(looked: &Looked<'_>) -> Option<Seen> {
    let (siren, number) = (looked.siren?, looked.client?.vat_number.as_ref()?);
    let other = number.siren().filter(|other| other != siren)?;
    let evidence = vec![stated("vat_number", number.as_str()), stated("siren", siren.as_str())];
    let seen = Seen::new(
        format!("le numéro de TVA du fichier client est celui d’une autre entreprise ({other})"),
        format!("the VAT number in the client file is another company’s ({other})"),
        evidence,
    );
    Some(seen.referring(true))
}
