//! What other programs and people call our columns, in French and English.
//!
//! Names are compared without case, accents, punctuation, filling words and units: `Date d'échéance`, `DATE ECHEANCE`
//! and `date_echeance` are one. The first list of each column leaves little doubt; the second fits other things too.
//! Among them are the headers of exports of Pennylane, Sellsy, Axonaut, Odoo, Dolibarr, QuickBooks, Xero, EBP, Sage and
//! Cegid, and the names of their fields.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::reader::field::Field;
use crate::words::folded;

/// A column of ours, names that leave little doubt, names that fit other things too; `; ` between names.
pub(super) type Entry = (Field, &'static str, &'static str);

/// The table of names; already in the form in which they are compared.
pub(super) const SYNONYMS: &[Entry] = &[
    (
        Field::ClientId,
        "code client; no client; id client; client id; identifiant client; numero client; reference client; \
         compte client; code tiers; no tiers; compte tiers; no compte tiers; tiers payeur; code auxiliaire; \
         compte auxiliaire; auxiliaire; facture client; customer id; customer no; customer code; customer account; customer \
         ref; client no; client code; account no; contact id; partner id; ct num; comp aux num; compauxnum; \
         socid; code compte; do tiers; debtor no; code societe; code entreprise",
        "client; tiers; customer; ref client; compte; account; nom client; customer name; client name; \
         contact name; contact; raison sociale; societe; entreprise; partenaire; partner; nom tiers; nom \
         partenaire; company; company name; debtor; acheteur; debiteur; invoice partner display name; nom \
         affichage partenaire facture; intitule; intitule tiers; nom; name; customer ref value; denomination; \
         client facture; client facturation; payeur; code",
    ),
    (
        Field::InvoiceId,
        "no facture; numero facture; facture no; id facture; ref facture; reference facture; code facture; \
         invoice no; invoice id; invoice ref; invoice reference; invoice; facture; no piece; numero piece; \
         ref piece; no document; numero document; document no; doc no; piece; piece ref; doc number; do \
         piece; ec refpiece; ref f; f ref; bill no; invoice doc no; no facture avoir",
        "numero; no; reference; ref; num; document; id; number; name; libelle",
    ),
    (Field::InstalmentNo, "no echeance; numero echeance; instalment no; installment no; rang echeance", ""),
    (
        Field::IssueDate,
        "date facture; date facturation; date emission; emise le; emis le; facture le; date piece; date \
         document; facture date; invoice date; issue date; issued on; date issued; invoice bill date; bill date; document \
         date; txn date; transaction date; datef; f datef; do date; date vente; billing date",
        "date; date comptable; date ecriture; date comptabilisation; ec date; posting date; date creation",
    ),
    (
        Field::DueDate,
        "date echeance; echeance; facture echeance; due date; due; due on; date due; date exigibilite; date limite paiement; \
         date limite reglement; date lim reglement; f date lim reglement; payment due date; invoice date due; \
         echeance le; a payer avant; a payer le; a regler avant; pay before; payable le; date maturity; ec \
         echeance; deadline; date echeance facture; paiement avant le; maturity date; date limite; date \
         reglement prevue; date paiement prevue; expected payment date; date prevue reglement",
        "",
    ),
    (
        Field::Amount,
        "montant ttc; montants ttc; total ttc; ttc; mt ttc; mnt ttc; montant total ttc; montant facture ttc; total facture; \
         montant facture; invoice amount; invoice total; total amount; gross amount; amount incl vat; amount \
         incl tax; total incl tax; total incl vat; amount including vat; total amt; amount total; f total \
         ttc; total in currency signed; total signed; montant ttc devise; net a payer; total with tax; gross \
         total; grand total",
        "montant; total; amount; ec montant; montant echeance; montant total; prix ttc; somme; value",
    ),
    (Field::Debit, "debit; montant debit; mouvement debit; debit amount", ""),
    (Field::Credit, "credit; montant credit; mouvement credit; credit amount", ""),
    (
        Field::AmountExclVat,
        "montant ht; total ht; ht; mt ht; montant hors taxe; montant hors taxes; montant total ht; net \
         amount; amount excl vat; amount excl tax; total excl tax; subtotal; sub total; untaxed amount; f \
         total ht; untaxed amount signed; pre tax amount; net total",
        "net",
    ),
    (
        Field::VatAmount,
        "montant tva; total tva; tva; mt tva; vat; vat amount; tax amount; total tax; tax; f total tva",
        "taxe; taxes",
    ),
    (Field::VatRate, "taux tva; vat rate; tax rate; tva taux", "taux; tva"),
    (
        Field::OpenAmount,
        "reste payer; restant payer; reste regler; reste encaisser; solde dû; solde restant; restant dû; \
         montant dû; reste dû; solde restant dû; solde facture; balance due; amount due; open balance; open \
         amount; outstanding; outstanding amount; remaining amount; amount residual; amount due signed; \
         invoice amount due; montant restant; montant restant dû; remaining; remain to pay; impaye; montant \
         impaye; montant ouvert; solde payer; non regle",
        "solde; balance; dû",
    ),
    (
        Field::Currency,
        "devise; currency; code devise; currency code; monnaie; devise facture; invoice currency; cur; iso",
        "",
    ),
    (
        Field::Kind,
        "type facture; type document; type piece; nature piece; invoice type; document type; transaction \
         type; doc type; type reglement; type paiement; payment type",
        "type; nature; kind",
    ),
    (
        Field::Corrects,
        "facture origine; facture avoir; facture corrigee; avoir sur facture; credited invoice; original \
         invoice",
        "",
    ),
    (Field::Entity, "entite; etablissement; agence; entity; branch; societe emettrice; business unit", ""),
    (
        Field::MeansOfPayment,
        "mode reglement; mode paiement; moyen paiement; moyen reglement; payment method; means payment; \
         payment mode; ec mode reglement",
        "mode",
    ),
    (Field::DisputedOn, "date litige; litige le; disputed on; dispute date; conteste le", ""),
    (Field::DisputeClosedOn, "fin litige; date fin litige; litige clos le; dispute closed on", ""),
    (Field::KnownOn, "date saisie; saisi le; date enregistrement; booked on; booking date; created at", ""),
    (
        Field::PaidDate,
        "date reglement; date paiement; regle le; reglee le; paye le; payee le; date encaissement; encaisse \
         le; paid date; paid on; payment date; date paid; settled date; settlement date; date solde; soldee \
         le; fully paid on date; clear date; cleared on; date reception paiement; date dernier reglement; \
         date dernier paiement; last payment date; received on; date lettrage; paid at; reglement le; date \
         virement",
        "reglement; paiement",
    ),
    (
        Field::PaidAmount,
        "montant regle; montant paye; montant encaisse; regle; paye; encaisse; deja regle; deja paye; amount \
         paid; paid amount; payment amount; invoice amount paid; montant reglement; montant paiement; total \
         regle; total paye; acomptes regles; received amount; amount received",
        "paid",
    ),
    (
        Field::Name,
        "raison sociale; nom client; nom; name; customer name; client name; company name; denomination; \
         denomination sociale; nom tiers; nom societe; societe; entreprise; intitule; company; contact name; \
         intitule tiers; nom entreprise; display name; legal name; client",
        "tiers; libelle; customer; partner; partenaire",
    ),
    (
        Field::Siren,
        "siren; siret; no siren; no siret; siren siret; code siren; code siret; numero siren; numero siret; \
         company registration no",
        "identifiant; registration no",
    ),
    (
        Field::VatNumber,
        "no tva; tva intracommunautaire; no tva intracommunautaire; no tva intra; tva intra; vat no; vat id; \
         vat number; tax id; numero tva; identifiant tva; code tva intracommunautaire; vat registration no",
        "tva; vat",
    ),
    (
        Field::Sector,
        "secteur; secteur activite; naf; code naf; ape; code ape; activite; sector; industry; branche",
        "categorie; famille",
    ),
    (
        Field::Terms,
        "conditions paiement; condition paiement; conditions reglement; condition reglement; delai paiement; \
         delai reglement; mode echeance; payment terms; terms; credit terms; agreed terms; echeance; delai; \
         modalites paiement; modalites reglement; payment term; conditions; property payment term id",
        "",
    ),
    (Field::Group, "groupe; group; maison mere; societe mere; parent company; holding; parent", ""),
    (Field::Margin, "marge; taux marge; margin; margin rate; marge brute", ""),
    (
        Field::InsuredAmount,
        "montant assure; encours assure; encours garanti assurance; couverture; garantie assurance; montant \
         garanti assurance; insured amount; insured limit; insurance limit; credit insurance limit; limite \
         assurance; assurance credit; agrement; montant agrement; limite assureur; cover; plafond assure; plafond garanti; plafond assurance",
        "",
    ),
    (Field::Insurer, "assureur; assureur credit; compagnie assurance; insurer; credit insurer", ""),
    (
        Field::InsuredFrom,
        "assure depuis; date agrement; debut assurance; insured from; debut couverture; assure du; date effet \
         assurance",
        "",
    ),
    (
        Field::InsuredUntil,
        "assure jusqu; fin assurance; insured until; fin couverture; assure au; date fin agrement; fin \
         agrement",
        "",
    ),
    (
        Field::GuaranteedAmount,
        "montant garanti; garantie; caution; montant caution; guaranteed amount; guarantee; garantie \
         bancaire; bank guarantee",
        "",
    ),
    (Field::GuaranteedFrom, "debut garantie; guaranteed from; garantie du; date garantie", ""),
    (Field::GuaranteedUntil, "fin garantie; guaranteed until; garantie au; echeance garantie; garantie jusqu", ""),
    (
        Field::Owner,
        "commercial; responsable; charge compte; charge clientele; owner; account manager; sales rep; \
         salesperson; representant; gestionnaire; vendeur; commercial affecte; charge affaires; sales person",
        "",
    ),
    (Field::City, "ville; city; commune; localite; town; ville facturation; billing city", ""),
    (Field::Postcode, "code postal; cp; postcode; zip; zip code; postal code; cp facturation; billing postcode", ""),
    (
        Field::CreditLimit,
        "plafond; plafond credit; plafond encours; encours autorise; encours maximum; encours max; limite \
         credit; credit limit; limite encours; encours maxi; plafond autorise; credit autorise; montant \
         encours autorise; outstanding limit",
        "encours; limite",
    ),
    (
        Field::Email,
        "email; e mail; mail; courriel; adresse email; adresse mail; email address; adresse electronique",
        "",
    ),
    (
        Field::OrderId,
        "no commande; numero commande; commande; ref commande; reference commande; order no; order id; order; \
         sales order; order ref; so no; bon commande; no bc; commande no; order reference",
        "numero; no; ref; reference; no piece; document; no document; name; number",
    ),
    (
        Field::OrderDate,
        "date commande; order date; commande le; commandee le; date bc; ordered on; date order",
        "date; date piece; date document",
    ),
    (
        Field::DeliveryDate,
        "date livraison; livraison; livraison prevue; date livraison prevue; delivery date; livre le; \
         expected delivery; ship date; date expedition; delivery; commitment date; date prevue livraison",
        "",
    ),
];

/// Words that speak of how an invoice ended: no such column may pass for something known at issue.
pub(super) const OUTCOMES: &[&str] = &[
    "statut",
    "status",
    "etat",
    "state",
    "paye",
    "paid",
    "regle",
    "reglement",
    "paiement",
    "payment",
    "retard",
    "late",
    "delay",
    "overdue",
    "echu",
    "solde",
    "balance",
    "reste",
    "restant",
    "remaining",
    "due",
    "residual",
    "relance",
    "reminder",
    "litige",
    "dispute",
    "lettrage",
    "encaisse",
    "impaye",
    "outstanding",
    "settle",
    "aging",
    "age",
    "dso",
    "contentieux",
    "rejet",
    "penalite",
];

/// Words that say nothing in a name.
const FILLING: &[&str] = &[
    "de", "du", "d", "des", "la", "le", "l", "les", "of", "the", "au", "aux", "en", "et", "and", "pour", "for", "par",
    "by", "sur", "a", "eur", "euro", "euros", "usd", "gbp", "chf", "value", "in", "qu",
];

/// A column's name in the form in which synonyms are compared.
pub(super) fn plain(name: &str) -> String {
    let mut spaced = String::with_capacity(name.len() + 8);
    let mut before = ' ';
    for letter in without_number(name).chars() {
        // `InvoiceNumber` is two words; `SIREN` is one.
        if letter.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(letter);
        before = letter;
    }
    // An accent makes the difference between `solde dû` and `solde du compte`.
    let spaced = spaced.replace("dû", "owed").replace("DÛ", "owed").replace("Dû", "owed");
    let text = folded(&spaced).replace("n°", " no ").replace("nº", " no ").replace('#', " no ");
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let meant: Vec<&str> = words
        .iter()
        .map(|word| match *word {
            "numero" | "number" | "num" | "nr" | "nb" => "no",
            "factures" => "facture",
            "clients" => "client",
            "customers" => "customer",
            "invoices" => "invoice",
            "reglements" => "reglement",
            "paiements" => "paiement",
            "commandes" => "commande",
            "refs" | "references" | "reference" => "ref",
            other => other,
        })
        .collect();
    let kept: Vec<&str> = meant.iter().copied().filter(|word| !FILLING.contains(word)).collect();
    // `Du` or `En` alone is a name, if a poor one.
    if kept.is_empty() { meant.join(" ") } else { kept.join(" ") }
}

/// A repeated name without the number that tells it apart.
fn without_number(name: &str) -> &str {
    let Some((bare, number)) = name.rsplit_once(" (") else { return name };
    let is_number = number.strip_suffix(')').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    if is_number { bare } else { name }
}

/// The synonyms of one column, in plain form.
struct Plain {
    field: Field,
    own: String,
    strong: Vec<String>,
    weak: Vec<String>,
}

/// The table in plain form, made once.
fn table() -> &'static [Plain] {
    static TABLE: OnceLock<Vec<Plain>> = OnceLock::new();
    let all = |names: &str| names.split("; ").map(plain).filter(|name| !name.is_empty()).collect();
    TABLE.get_or_init(|| {
        let of = |(field, strong, weak): &Entry| Plain {
            field: *field,
            own: plain(field.name()),
            strong: all(strong),
            weak: all(weak),
        };
        SYNONYMS.iter().map(of).collect()
    })
}

/// How well a name fits a column of ours, in hundredths; nought when it does not. `name` in plain form.
pub(super) fn fit(field: Field, name: &str) -> u8 {
    let Some(known) = table().iter().find(|known| known.field == field).filter(|_| !name.is_empty()) else { return 0 };
    if name == known.own {
        return 96;
    }
    if known.strong.iter().any(|synonym| synonym == name) {
        return 90;
    }
    if known.weak.iter().any(|synonym| synonym == name) {
        return 60;
    }
    // `Date de règlement client`: all words of a longer synonym, and one or two more.
    let words: Vec<&str> = name.split(' ').collect();
    let holds = |synonym: &String| {
        let count = synonym.split(' ').count();
        count >= 2 && words.len() <= count + 2 && synonym.split(' ').all(|part| words.contains(&part))
    };
    if known.strong.iter().any(holds) {
        return 70;
    }
    // `Facture TTC`, `Facture Échéance`: the name of a group of columns stands before our synonym.
    const GROUPS: &[&str] =
        &["facture", "invoice", "client", "customer", "reglement", "paiement", "payment", "piece", "commande"];
    match words.as_slice() {
        [group, word] if GROUPS.contains(group) && known.strong.iter().any(|synonym| synonym == word) => 65,
        _ => 0,
    }
}

/// Whether a name means something in any table.
pub(super) fn is_any(name: &str) -> bool {
    static NAMES: OnceLock<BTreeSet<String>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let of = |known: &Plain| {
            [&known.strong, &known.weak].into_iter().flatten().chain([&known.own]).cloned().collect::<Vec<_>>()
        };
        table().iter().flat_map(of).collect()
    });
    names.contains(&plain(name))
}

/// Whether a name speaks of how an invoice ended.
pub(super) fn speaks_of_outcome(name: &str) -> bool {
    let name = plain(name);
    name.split(' ').any(|word| OUTCOMES.iter().any(|outcome| word.starts_with(outcome)))
}

/// The currency that stands in a name: `Montant (USD)`, `Total €`.
pub(super) fn currency_in(name: &str) -> Option<crate::money::Currency> {
    let words = name.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '€' | '£' | '$'));
    let is_currency = |word: &&str| {
        word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase()) || matches!(*word, "€" | "£")
    };
    const WORDS_THAT_ARE_CODES: &[&str] = &["TTC", "TOP", "ALL", "TRY", "CUP", "MOP", "LAK"];
    words
        .filter(is_currency)
        .filter(|word| !WORDS_THAT_ARE_CODES.contains(word))
        .find_map(crate::reader::written::currency_named)
}
