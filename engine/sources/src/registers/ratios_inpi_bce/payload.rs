//! A row of the data set, as far as it is read.

use serde::Deserialize;

use super::super::json::Text;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Row {
    pub siren: Text,
    pub date_cloture_exercice: Text,
    /// C the company's, S the same simplified, K consolidated.
    pub type_bilan: Text,
    pub confidentiality: Text,
    pub chiffre_d_affaires: Text,
    pub marge_brute: Text,
    pub ebe: Text,
    pub ebit: Text,
    pub resultat_net: Text,
    pub taux_d_endettement: Text,
    pub ratio_de_liquidite: Text,
    pub ratio_de_vetuste: Text,
    pub autonomie_financiere: Text,
    pub couverture_des_interets: Text,
    pub caf_sur_ca: Text,
    pub capacite_de_remboursement: Text,
    pub marge_ebe: Text,
    pub poids_bfr_exploitation_sur_ca_jours: Text,
    pub rotation_des_stocks_jours: Text,
    pub credit_clients_jours: Text,
    pub credit_fournisseurs_jours: Text,
}
