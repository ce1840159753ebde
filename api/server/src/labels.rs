//! The words that page and terminal put to the codes of an assessment.

use encours_domain::fact::{FactKind, MissingKind, ValueForm};
use encours_domain::{Currency, Day, Light, Money, Verdict};

use crate::words::Lang;

/// The verdict in words.
pub const fn verdict(verdict: Verdict, lang: Lang) -> &'static str {
    match verdict {
        Verdict::Approve => lang.pick("Accord", "Approve"),
        Verdict::ApproveWithConditions => lang.pick("Accord sous conditions", "Approve with conditions"),
        Verdict::Refer => lang.pick("À faire décider", "A person decides"),
        Verdict::Decline => lang.pick("Refus de crédit", "Decline credit"),
    }
}

/// The light's name: a colour is never the only sign.
pub const fn light(light: Light, lang: Lang) -> &'static str {
    match light {
        Light::Green => lang.pick("Feu vert", "Green light"),
        Light::Amber => lang.pick("Feu orange", "Amber light"),
        Light::Red => lang.pick("Feu rouge", "Red light"),
    }
}

/// The light's code.
pub const fn light_code(light: Light) -> &'static str {
    match light {
        Light::Green => "green",
        Light::Amber => "amber",
        Light::Red => "red",
    }
}

/// Why something is not there.
pub const fn missing(kind: MissingKind, lang: Lang) -> &'static str {
    match kind {
        MissingKind::Confidential => {
            lang.pick("confidentiel, comme la loi le permet", "confidential, as the law allows")
        }
        MissingKind::Overdue => lang.pick("en retard de publication", "overdue"),
        MissingKind::NotFetched => lang.pick("non consulté", "not fetched"),
        MissingKind::NotApplicable => lang.pick("sans objet", "not applicable"),
    }
}

/// A word of the document in the reader's language; a word that is not listed stays as it is.
pub fn word(code: &str, lang: Lang) -> String {
    let known = WORDS.iter().find(|(listed, _, _)| *listed == code);
    known.map_or_else(|| code.replace('_', " "), |(_, fr, en)| lang.pick(fr, en).to_owned())
}

/// Who says so: a source that is no public register says it in both languages.
pub fn source(name: &str, lang: Lang) -> String {
    match name {
        "local register (sample)" => lang
            .pick("registre local (échantillon, entreprises inventées)", "local register (sample, invented companies)")
            .to_owned(),
        other => other.to_owned(),
    }
}

/// The value of a fact in the reader's language; one that is no word of ours stays as it is.
pub fn fact_value(what: &str, value: &str, lang: Lang) -> String {
    let known = VALUES.iter().find(|(kind, word, _, _)| *kind == what && *word == value);
    known.map_or_else(|| written(what, value, lang), |(_, _, fr, en)| lang.pick(fr, en).to_owned())
}

/// Days and amounts as the reader writes them; a value behind a company's number by itself.
fn written(what: &str, value: &str, lang: Lang) -> String {
    if let Some((number, rest)) = value.split_once(": ") {
        return format!("{number}{} {}", lang.pick("\u{a0}:", ":"), fact_value(what, rest, lang));
    }
    let form = FactKind::parse(what).map(FactKind::form);
    let amount = || Money::parse(value, Currency::EUR).ok().map(|amount| lang.rounded(amount));
    let told = match form {
        Ok(ValueForm::Day) => value.parse::<Day>().ok().map(|day| lang.date(day)),
        Ok(ValueForm::Amount { .. }) => amount(),
        _ => None,
    };
    told.unwrap_or_else(|| value.to_owned())
}

const VALUES: &[(&str, &str, &str, &str)] = &[
    ("legal_form", "1000", "entrepreneur individuel", "sole trader"),
    ("legal_form", "5498", "EURL (5498)", "EURL (5498)"),
    ("legal_form", "5499", "SARL (5499)", "SARL (5499)"),
    ("legal_form", "5599", "SA (5599)", "SA (5599)"),
    ("legal_form", "5710", "SAS (5710)", "SAS (5710)"),
    ("legal_form", "5720", "SASU (5720)", "SASU (5720)"),
    ("legal_form", "5202", "SNC (5202)", "SNC (5202)"),
    ("legal_form", "5485", "SELARL (5485)", "SELARL (5485)"),
    ("legal_form", "5510", "SA à conseil d’administration (5510)", "SA with a board (5510)"),
    ("legal_form", "6540", "SCI (6540)", "SCI (6540)"),
    ("legal_form", "7210", "commune (7210)", "commune (7210)"),
    ("legal_form", "9220", "association déclarée (9220)", "association (9220)"),
    // Bands of staff, by INSEE's codes (Sirene, `trancheEffectifsUniteLegale`).
    ("size", "NN", "aucun salarié", "no employee"),
    ("size", "00", "aucun salarié", "no employee"),
    ("size", "01", "1 à 2", "1 to 2"),
    ("size", "02", "3 à 5", "3 to 5"),
    ("size", "03", "6 à 9", "6 to 9"),
    ("size", "11", "10 à 19", "10 to 19"),
    ("size", "12", "20 à 49", "20 to 49"),
    ("size", "21", "50 à 99", "50 to 99"),
    ("size", "22", "100 à 199", "100 to 199"),
    ("size", "31", "200 à 249", "200 to 249"),
    ("size", "32", "250 à 499", "250 to 499"),
    ("size", "41", "500 à 999", "500 to 999"),
    ("size", "42", "1 000 à 1 999", "1,000 to 1,999"),
    ("size", "51", "2 000 à 4 999", "2,000 to 4,999"),
    ("size", "52", "5 000 à 9 999", "5,000 to 9,999"),
    ("size", "53", "10 000 et plus", "10,000 or more"),
    ("state", "active", "en activité", "active"),
    ("state", "ceased", "cessée", "ceased"),
    ("proceedings", "none", "aucune", "none"),
    ("proceedings", "closed", "closes", "closed"),
    ("proceedings", "conciliation", "conciliation", "conciliation"),
    ("proceedings", "plan", "plan en cours", "a plan is being carried out"),
    ("proceedings", "safeguard", "sauvegarde", "safeguard"),
    ("proceedings", "receivership", "redressement judiciaire", "receivership"),
    ("proceedings", "liquidation", "liquidation judiciaire", "liquidation"),
    ("accounts_status", "public", "publics", "public"),
    ("accounts_status", "partly_confidential", "compte de résultat confidentiel", "income statement confidential"),
    ("accounts_status", "confidential", "confidentiels", "confidential"),
    ("accounts_status", "overdue", "en retard", "overdue"),
    ("diffusion", "full", "complète", "full"),
    ("diffusion", "partial", "partielle", "partial"),
    ("diffusion", "none", "aucune", "none"),
    ("vat_registration", "valid", "en vigueur", "valid"),
    ("vat_registration", "invalid", "pas en vigueur", "invalid"),
];

const WORDS: &[(&str, &str, &str)] = &[
    // Offers.
    ("lightest", "Souple", "Lightest"),
    ("balanced", "Équilibrée", "Balanced"),
    ("safest", "Prudente", "Safest"),
    // Candidates of the limit.
    ("need", "besoin du client", "client’s need"),
    ("capacity", "capacité financière", "financial capacity"),
    ("concentration", "poids dans nos ventes", "weight in our sales"),
    ("risk_budget", "budget de risque", "risk budget"),
    // What may be missing.
    ("name", "nom", "name"),
    ("legal_form", "forme juridique", "legal form"),
    ("state", "état au registre", "state in the register"),
    ("proceedings", "procédures collectives", "insolvency proceedings"),
    ("created_on", "date de création", "date of creation"),
    ("sector", "secteur", "sector"),
    ("size", "effectif", "staff"),
    ("accounts", "comptes annuels", "annual accounts"),
    ("equity", "capitaux propres", "equity"),
    ("turnover", "chiffre d’affaires", "turnover"),
    ("net_result", "résultat net", "net result"),
    ("outside_limit", "limite", "limit"),
    ("outside_score", "score", "score"),
    ("outside_cover", "garantie", "cover"),
    ("category", "catégorie d’entreprise", "size category"),
    ("address", "siège", "seat"),
    ("establishments", "établissements ouverts", "open establishments"),
    ("share_capital", "capital social", "registered capital"),
    ("vat_number", "numéro de TVA", "VAT number"),
    ("vat_registration", "immatriculation à la TVA", "VAT registration"),
    ("accounts_status", "dépôt des comptes", "filing of accounts"),
    ("accounts_closed_on", "derniers comptes déposés", "last accounts filed"),
    ("group_turnover", "chiffre d’affaires du groupe", "group turnover"),
    ("direct_parent", "société mère", "direct parent"),
    ("ultimate_parent", "tête de groupe", "ultimate parent"),
    ("parents", "sociétés mères", "parents"),
    ("diffusion", "diffusion", "diffusion"),
    ("change", "modification publiée", "published change"),
    ("company_director", "dirigeant (personne morale)", "director (a company)"),
    ("given_name", "nom donné", "name given"),
    ("number", "numéro", "number"),
    ("siren", "SIREN", "SIREN"),
    ("not_found", "inconnu", "not found"),
    ("companies_at_the_address", "autres entreprises à cette adresse", "other companies at this address"),
    ("goods", "marchandises", "goods"),
    ("order", "commande", "order"),
    // Lines of accounts.
    ("total_assets", "total du bilan", "total assets"),
    ("current_assets", "actif circulant", "current assets"),
    ("receivables", "créances clients", "receivables"),
    ("securities", "valeurs mobilières de placement", "securities"),
    ("cash", "disponibilités", "cash"),
    ("paid_up_capital", "capital au bilan", "paid-up capital"),
    ("retained_earnings", "réserves et résultats", "retained earnings"),
    ("provisions", "provisions", "provisions"),
    ("total_debts", "dettes", "total debts"),
    ("debts_within_year", "dettes à moins d’un an", "debts within a year"),
    ("borrowings", "emprunts", "borrowings"),
    ("suppliers", "dettes fournisseurs", "trade payables"),
    ("tax_and_social_debts", "dettes fiscales et sociales", "tax and social debts"),
    ("operating_result", "résultat d’exploitation", "operating result"),
    ("gross_operating_surplus", "excédent brut d’exploitation", "gross operating surplus"),
    ("value_added", "valeur ajoutée", "value added"),
    ("staff_costs", "charges de personnel", "staff costs"),
    ("financial_charges", "charges financières", "financial charges"),
    // Ratios, published scores and the numbers that they use.
    ("liquidity", "liquidité générale", "liquidity"),
    ("equity share", "part des capitaux propres", "equity share"),
    ("gearing", "endettement", "gearing"),
    ("interest cover", "couverture des intérêts", "interest cover"),
    ("operating margin", "marge d’exploitation", "operating margin"),
    ("net margin", "marge nette", "net margin"),
    ("safe", "zone sûre", "safe zone"),
    ("grey", "zone grise", "grey zone"),
    ("distress", "zone de détresse", "distress zone"),
    ("made for manufacturers", "fait pour l’industrie", "made for manufacturers"),
    (
        "made for manufacturers; the sector is not known",
        "fait pour l’industrie ; secteur inconnu",
        "made for manufacturers; the sector is not known",
    ),
    (
        "made for a turnover of 1.5 to 75 million euros",
        "fait pour un chiffre d’affaires de 1,5 à 75 millions d’euros",
        "made for a turnover of 1.5 to 75 million euros",
    ),
    ("working capital / total assets", "fonds de roulement / total du bilan", "working capital / total assets"),
    ("retained earnings / total assets", "réserves / total du bilan", "retained earnings / total assets"),
    ("operating result / total assets", "résultat d’exploitation / total du bilan", "operating result / total assets"),
    ("equity / total debts", "capitaux propres / dettes", "equity / total debts"),
    ("turnover / total assets", "chiffre d’affaires / total du bilan", "turnover / total assets"),
    ("gross operating surplus / total debts", "EBE / dettes", "gross operating surplus / total debts"),
    ("permanent capital / total assets", "capitaux permanents / total du bilan", "permanent capital / total assets"),
    (
        "receivables and cash / total assets",
        "créances et trésorerie / total du bilan",
        "receivables and cash / total assets",
    ),
    ("financial charges / turnover", "charges financières / chiffre d’affaires", "financial charges / turnover"),
    ("staff costs / value added", "personnel / valeur ajoutée", "staff costs / value added"),
    ("bills", "effets en cours", "bills"),
    ("orders", "commandes en cours", "open orders"),
    ("deposits", "acomptes reçus", "deposits received"),
    ("cover", "couverture", "cover"),
    // Made with.
    ("engine", "moteur", "engine"),
    ("evidence", "preuves", "evidence"),
    ("ledger", "grand livre", "ledger"),
    ("facts", "faits publics", "public facts"),
    ("model", "modèle", "model"),
    ("failure_model", "modèle de défaillance", "failure model"),
    ("quartiles", "quartiles des secteurs", "quartiles of sectors"),
    ("policy", "politique", "policy"),
    ("law_table", "table de loi", "law table"),
    ("calendar", "calendrier", "calendar"),
    ("rules", "règles", "rules"),
];

/// Terms in as few words as a table's cell has room for.
pub fn terms(days: u16, end_of_month: Option<&str>, lang: Lang) -> String {
    match (days, end_of_month) {
        (0, None) => lang.pick("à la livraison", "on delivery").to_owned(),
        (days, None) => format!("{days} {}", lang.pick("jours", "days")),
        (days, Some("days_then_month_end")) => {
            format!("{days} {}", lang.pick("jours, puis fin de mois", "days, then month end"))
        }
        (days, Some(_)) => {
            lang.pick("fin de mois, puis % jours", "month end, then % days").replace('%', &days.to_string())
        }
    }
}

/// Where the chance of failure comes from.
pub fn basis(basis: &str, lang: Lang) -> String {
    if let Some(model) = basis.strip_prefix("failure model ") {
        return format!("{} {model}", lang.pick("modèle de défaillance", "failure model"));
    }
    let known = BASES.iter().find(|text| text.en == basis);
    known.map_or_else(|| basis.to_owned(), |text| lang.pick(text.fr, text.en).to_owned())
}

struct Pair {
    fr: &'static str,
    en: &'static str,
}

const BASES: &[Pair] = &[
    Pair { fr: "règle d’expert", en: "expert rule" },
    Pair { fr: "règle d’expert, registre et comptes", en: "expert rule, public record and accounts" },
    Pair { fr: "règle d’expert, registre sans comptes", en: "expert rule, public record without accounts" },
    Pair { fr: "règle d’expert, taux de base et grand livre", en: "expert rule, base rate and own ledger only" },
];

/// The same text with a capital first letter.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
