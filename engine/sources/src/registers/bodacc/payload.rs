//! Notices as they come: the open data interface, and the older bulk files.

use serde::Deserialize;

use super::super::json::{Many, Text, block};

/// A notice of the open data interface. The blocks are JSON inside a text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Record {
    pub id: Text,
    pub publicationavis: Text,
    pub parution: Text,
    pub dateparution: Text,
    pub numeroannonce: Text,
    pub typeavis: Text,
    pub familleavis: Text,
    /// A list of numbers, or one text of them.
    pub registre: Many<Text>,
    #[serde(deserialize_with = "block")]
    pub listepersonnes: Option<People>,
    #[serde(deserialize_with = "block")]
    pub jugement: Option<Judgment>,
    #[serde(deserialize_with = "block")]
    pub acte: Option<Act>,
    #[serde(deserialize_with = "block")]
    pub modificationsgenerales: Option<Modification>,
    #[serde(deserialize_with = "block")]
    pub radiationaurcs: Option<StrikeOff>,
    #[serde(deserialize_with = "block")]
    pub depot: Option<Deposit>,
    #[serde(deserialize_with = "block")]
    pub parutionavisprecedent: Option<Previous>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct People {
    pub personne: Many<Person>,
}

/// Of a person no name is read: the notice does not say whether it may be shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Person {
    pub type_personne: Text,
    pub denomination: Text,
    pub numero_immatriculation: Many<Number>,
    #[serde(rename = "inscriptionRM")]
    pub inscription_rm: Many<Number>,
    /// In the bulk files a legal person's values stand one step further in.
    pub personne_morale: Many<LegalPerson>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct LegalPerson {
    pub numero_immatriculation: Many<Number>,
}

/// A number in a register, under the names that several files give it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Number {
    pub numero_identification: Text,
    #[serde(rename = "numeroIdentificationRCS")]
    pub rcs: Text,
    #[serde(rename = "numeroIdentificationRM")]
    pub rm: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Judgment {
    pub famille: Text,
    pub nature: Text,
    pub date: Text,
    pub complement_jugement: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Act {
    pub date_immatriculation: Text,
    pub date_commencement_activite: Text,
    pub descriptif: Text,
    #[serde(deserialize_with = "block")]
    pub vente: Option<Descriptive>,
    #[serde(deserialize_with = "block")]
    pub creation: Option<Descriptive>,
    #[serde(deserialize_with = "block")]
    pub immatriculation: Option<Descriptive>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Descriptive {
    pub descriptif: Text,
    pub categorie_vente: Text,
    pub date_immatriculation: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Modification {
    pub descriptif: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct StrikeOff {
    #[serde(rename = "dateCessationActivitePP")]
    pub ceased_on: Text,
    #[serde(rename = "radiationPP", deserialize_with = "block")]
    pub person: Option<StrikeOffOfPerson>,
    pub commentaire: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StrikeOffOfPerson {
    #[serde(rename = "dateCessationActivitePP")]
    pub ceased_on: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Deposit {
    pub date_cloture: Text,
    pub type_depot: Text,
    pub descriptif: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Previous {
    pub nom_publication: Text,
    pub numero_parution: Text,
    pub date_parution: Text,
    pub numero_annonce: Text,
}

/// A day's issue as the bulk files give it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Issue {
    pub parution: Text,
    pub date_parution: Text,
    #[serde(alias = "listeAvis", deserialize_with = "block")]
    pub annonces: Option<Announcements>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Announcements {
    pub annonce: Many<Announcement>,
    /// Of the newer files.
    pub avis: Many<Announcement>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Announcement {
    /// One empty child that is the type's name, or the name itself.
    #[serde(alias = "typeAvis")]
    pub type_annonce: serde_json::Value,
    /// Of the files on entries and strike-offs.
    #[serde(alias = "listePersonnes", deserialize_with = "block")]
    pub personnes: Option<People>,
    pub numero_annonce: Text,
    pub personne_morale: Many<Denominated>,
    /// Counted and never read.
    pub personne_physique: Many<serde::de::IgnoredAny>,
    pub numero_immatriculation: Many<Number>,
    #[serde(rename = "inscriptionRM")]
    pub inscription_rm: Many<Number>,
    #[serde(deserialize_with = "block")]
    pub jugement: Option<Judgment>,
    #[serde(deserialize_with = "block")]
    pub depot: Option<Deposit>,
    #[serde(rename = "radiationAuRCS", deserialize_with = "block")]
    pub radiation: Option<StrikeOff>,
    #[serde(deserialize_with = "block")]
    pub parution_avis_precedent: Option<Previous>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Denominated {
    pub denomination: Text,
}
