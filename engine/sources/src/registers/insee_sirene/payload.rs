//! The answers of `/siren` and `/siret`, as far as they are read.

use serde::Deserialize;

use super::super::json::{Many, Text, block};

/// One unit or establishment, a list of them, or an error.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Answer {
    #[serde(deserialize_with = "block")]
    pub header: Option<Header>,
    pub unite_legale: Many<Unit>,
    pub unites_legales: Many<Unit>,
    pub etablissement: Many<Establishment>,
    pub etablissements: Many<Establishment>,
    /// In an error of the gateway.
    pub message: Text,
    #[serde(rename = "http_status_code")]
    pub http_status_code: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Header {
    pub statut: Text,
    pub message: Text,
}

/// A legal unit. Its name and state stand in its periods, or beside everything else inside an establishment.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Unit {
    pub siren: Text,
    pub statut_diffusion_unite_legale: Text,
    pub date_creation_unite_legale: Text,
    pub tranche_effectifs_unite_legale: Text,
    pub annee_effectifs_unite_legale: Text,
    pub date_dernier_traitement_unite_legale: Text,
    pub categorie_entreprise: Text,
    pub annee_categorie_entreprise: Text,
    #[serde(rename = "prenom1UniteLegale")]
    pub prenom1: Text,
    pub prenom_usuel_unite_legale: Text,
    /// Newest first.
    pub periodes_unite_legale: Many<Period>,
    /// The values of today, where there are no periods.
    #[serde(flatten)]
    pub flat: Period,
}

/// A time in which nothing changed.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Period {
    pub date_debut: Text,
    pub date_fin: Text,
    pub etat_administratif_unite_legale: Text,
    pub nom_unite_legale: Text,
    pub nom_usage_unite_legale: Text,
    pub denomination_unite_legale: Text,
    pub categorie_juridique_unite_legale: Text,
    pub activite_principale_unite_legale: Text,
    pub nic_siege_unite_legale: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Establishment {
    pub siren: Text,
    pub statut_diffusion_etablissement: Text,
    pub etablissement_siege: Text,
    #[serde(deserialize_with = "block")]
    pub unite_legale: Option<Unit>,
    #[serde(deserialize_with = "block")]
    pub adresse_etablissement: Option<Address>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Address {
    pub complement_adresse_etablissement: Text,
    pub numero_voie_etablissement: Text,
    pub indice_repetition_etablissement: Text,
    pub type_voie_etablissement: Text,
    pub libelle_voie_etablissement: Text,
    pub code_postal_etablissement: Text,
    pub libelle_commune_etablissement: Text,
}
