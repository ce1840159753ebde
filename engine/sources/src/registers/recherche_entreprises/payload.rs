//! The answer of `/search` and `/near_point`, as far as it is read.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::json::{Many, Text, block};

/// A page of results, or an error.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    /// The results; present in every answer that is no error.
    pub results: Option<Many<Unit>>,
    /// The error, in French.
    #[serde(default)]
    pub erreur: Text,
}

/// A legal unit.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Unit {
    pub siren: Text,
    pub nom_complet: Text,
    pub nom_raison_sociale: Text,
    pub nombre_etablissements_ouverts: Text,
    #[serde(deserialize_with = "block")]
    pub siege: Option<Seat>,
    pub tva: Many<Text>,
    pub activite_principale: Text,
    pub categorie_entreprise: Text,
    pub annee_categorie_entreprise: Text,
    pub date_creation: Text,
    pub date_fermeture: Text,
    pub date_mise_a_jour: Text,
    pub date_mise_a_jour_insee: Text,
    pub date_mise_a_jour_rne: Text,
    pub dirigeants: Many<Director>,
    pub etat_administratif: Text,
    pub nature_juridique: Text,
    pub tranche_effectif_salarie: Text,
    pub annee_tranche_effectif_salarie: Text,
    pub statut_diffusion: Text,
    #[serde(deserialize_with = "block")]
    pub immatriculation: Option<Entry>,
    /// By year.
    #[serde(deserialize_with = "block")]
    pub finances: Option<BTreeMap<String, Figures>>,
}

/// The head office.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Seat {
    pub adresse: Text,
    pub code_postal: Text,
    pub libelle_commune: Text,
    pub statut_diffusion_etablissement: Text,
}

/// A director: of companies only what follows, of persons nothing at all is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Director {
    pub type_dirigeant: Text,
    pub siren: Text,
    pub qualite: Text,
}

/// The entry in the register of commerce.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry {
    pub date_immatriculation: Text,
    pub date_radiation: Text,
    pub capital_social: Text,
    pub devise_capital: Text,
}

/// Figures of one year, of the company or of its group: the answer does not say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Figures {
    pub ca: Text,
    pub resultat_net: Text,
}
