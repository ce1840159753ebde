//! What can go wrong, by code: the sentence of the pages, and the page that each problem document points to.

use encours_core::policy::words::french;
use encours_domain::ErrorClass;

use crate::words::Lang;

/// A code with what it means and what helps, in French and in English.
pub struct Known {
    /// The code.
    pub code: &'static str,
    fr: &'static str,
    en: &'static str,
}

impl Known {
    /// What it means and what helps.
    pub fn says(&self, lang: Lang) -> String {
        match lang {
            Lang::Fr => french(self.fr),
            Lang::En => self.en.to_owned(),
        }
    }
}

const fn known(code: &'static str, fr: &'static str, en: &'static str) -> Known {
    Known { code, fr, en }
}

/// Every code that can leave over HTTP, in the order of the alphabet.
pub const KNOWN: &[Known] = &[
    known(
        "body_too_large",
        "Le corps de la requête dépasse la taille acceptée (`serve.largest_body_kib`) : envoyez moins, ou des fichiers par `/v1/imports`.",
        "The body is larger than is accepted (`serve.largest_body_kib`): send less, or files by `/v1/imports`.",
    ),
    known(
        "changed_meanwhile",
        "Quelqu’un d’autre a changé ce qui est en vigueur entre la lecture et l’écriture : recommencez.",
        "Somebody else changed what is in force between reading and writing: do it again.",
    ),
    known(
        "cross_origin",
        "La page d’un autre site a envoyé la requête. Appelez avec une clé, ou autorisez ce site dans `serve.cors_origins`.",
        "A page of another site sent the request. Call with a key, or allow that site in `serve.cors_origins`.",
    ),
    known(
        "engine",
        "Le moteur ne peut pas répondre à cette question ; la phrase du problème dit laquelle de ses conditions manque.",
        "The engine cannot answer this question; the problem’s sentence says which of its conditions is missing.",
    ),
    known(
        "erased",
        "Cette personne a été effacée de plein droit : il ne reste que la trace de l’effacement.",
        "The person was erased by right: only the trace of the erasure is left.",
    ),
    known(
        "erased_content",
        "Ce contenu a été effacé de plein droit et ne peut pas revenir par le même fichier.",
        "This content was erased by right, and cannot come back by the same file.",
    ),
    known(
        "expires_too_early",
        "Le dernier jour de la clé est déjà passé : donnez un jour à venir.",
        "The key’s last day is over: give a day that is to come.",
    ),
    known("file", "Un fichier n’est pas là, ou ne peut pas être lu.", "A file is not there, or cannot be read."),
    known(
        "file_unfit",
        "Le fichier n’a pas la forme attendue ; la phrase du problème dit ce qui manque.",
        "The file has not the form that is wanted; the problem’s sentence says what is missing.",
    ),
    known(
        "files_unreadable",
        "Aucune ligne des fichiers n’a pu être lue : `errors` dit où. Vérifiez le format ou donnez un plan de colonnes.",
        "No row of the files could be read: `errors` says where. Check the format, or give a map of columns.",
    ),
    known(
        "idempotency_key_reused",
        "Une autre requête a déjà été envoyée sous cette clé d’idempotence : donnez-en une nouvelle à chaque écriture.",
        "Another request was sent under this idempotency key: give each write its own.",
    ),
    known(
        "internal",
        "Le serveur a échoué. La cause est dans son journal, sous le nom de la requête (`request_id`).",
        "The server failed. The cause is in its log, under the name of the request (`request_id`).",
    ),
    known(
        "invalid_body",
        "Le corps est du JSON, mais pas celui qui est attendu : `errors` nomme chaque faute et sa place.",
        "The body is JSON, but not what is wanted: `errors` names each fault with its place.",
    ),
    known(
        "invalid_parameter",
        "Un paramètre de l’adresse ne peut pas être pris tel quel : `errors` nomme chaque faute.",
        "A parameter of the address cannot be used as it is: `errors` names each fault.",
    ),
    known(
        "invalid_value",
        "Une valeur ne peut pas être ce qu’elle dit : la phrase du problème donne ce qui a été trouvé et ce qui est permis.",
        "A value cannot be what it says: the problem’s sentence gives what was found and what is allowed.",
    ),
    known(
        "last_administrator",
        "Il ne resterait personne pour administrer : donnez d’abord ce rôle à quelqu’un d’autre.",
        "Nobody would be left to administer: give somebody else that role first.",
    ),
    known(
        "ledger_currency",
        "Le grand livre et la politique ne sont pas dans la même monnaie : aucun montant ne peut être comparé.",
        "Ledger and policy are not in the same currency: no amount can be compared.",
    ),
    known(
        "ledger_incomplete",
        "Des paiements ou des avoirs renvoient à des factures qui ne sont pas là : importez-les d’abord.",
        "Payments or credit notes point at invoices that are not there: import those first.",
    ),
    known(
        "login_closed",
        "Trop d’essais ont échoué : attendez le temps qui est dit. Un administrateur peut donner un nouveau mot de passe.",
        "Too many tries have failed: wait for the time that is said. An administrator can give a new password.",
    ),
    known(
        "malformed_json",
        "Le corps n’est pas du JSON : la phrase du problème dit à quelle place la lecture s’est arrêtée.",
        "The body is not JSON: the problem’s sentence says where reading stopped.",
    ),
    known(
        "method_not_allowed",
        "Cette adresse existe, mais pas pour cette méthode : voyez `/docs`.",
        "The address is served, but not by this method: see `/docs`.",
    ),
    known(
        "model_file",
        "Le fichier du modèle ne peut pas être lu, ou il est d’un autre moteur.",
        "The file of the model cannot be read, or is of another engine.",
    ),
    known(
        "model_in_force",
        "Ce modèle est en vigueur : mettez-en d’abord un autre en vigueur.",
        "This model is in force: put another in force first.",
    ),
    known(
        "model_no_better",
        "Le modèle ne prévoit pas mieux que le passé du client ou que celui en vigueur : il ne peut pas être promu.",
        "The model foretells no better than the client’s own past or than the one in force: it cannot be promoted.",
    ),
    known(
        "model_not_measured",
        "Le modèle n’a jamais été mesuré hors échantillon : entraînez-le avec assez d’historique.",
        "The model was never measured out of time: train it with enough history.",
    ),
    known(
        "name_taken",
        "Ce nom est déjà celui d’un utilisateur ou d’une clé : choisissez-en un autre.",
        "The name is a user’s or a key’s already: choose another.",
    ),
    known(
        "newer_database",
        "Une version plus récente a écrit la base : mettez le programme à jour.",
        "A newer version has written the database: update the program.",
    ),
    known("no_folder", "Il n’y a pas de dossier de données à cet endroit.", "There is no data folder there."),
    known("no_ledger", "Aucun grand livre n’a encore été importé.", "No ledger has been imported yet."),
    known(
        "not_allowed",
        "Votre rôle, ou les droits de votre clé, ne permettent pas ceci.",
        "Your role, or the scopes of your key, do not allow this.",
    ),
    known(
        "not_erasable",
        "Ceci ne peut pas être effacé maintenant : la phrase du problème dit pourquoi.",
        "This cannot be erased now: the problem’s sentence says why.",
    ),
    known(
        "not_found",
        "Ce qui est demandé n’existe pas, ou n’existe plus.",
        "What was asked for does not exist, or no longer.",
    ),
    known(
        "number_known",
        "Ce numéro est déjà celui d’un client du grand livre.",
        "The number is a client’s of the ledger already.",
    ),
    known(
        "other_ledger",
        "Ceci a été fait avec un autre grand livre que celui en vigueur.",
        "This was made with another ledger than the one in force.",
    ),
    known(
        "output_in_store",
        "Le fichier de sortie se trouverait dans le dossier de données : choisissez une autre place.",
        "The output would lie in the data folder: choose another place.",
    ),
    known(
        "output_is_input",
        "Le fichier de sortie serait aussi un fichier d’entrée : choisissez un autre nom.",
        "The output would be one of the inputs: choose another name.",
    ),
    known(
        "password_unfit",
        "Le mot de passe est trop court, trop long, ou contient le nom : 12 à 200 caractères.",
        "The password is too short, too long, or holds the name: 12 to 200 characters.",
    ),
    known(
        "policy_not_rehearsed",
        "Une politique n’entre en vigueur qu’après une répétition contre celle qui l’est : lancez-la d’abord.",
        "A policy takes effect only once rehearsed against the one in force: rehearse it first.",
    ),
    known(
        "predictions_unreadable",
        "Le fichier des prévisions ne peut pas être lu.",
        "The file of predictions cannot be read.",
    ),
    known(
        "rate_limited",
        "Trop de requêtes : attendez le temps que dit l’en-tête `retry-after`.",
        "Too many requests: wait for the time in the header `retry-after`.",
    ),
    known(
        "read_only",
        "La base ne peut être que lue : rien n’a été gardé.",
        "The database may only be read: nothing was kept.",
    ),
    known(
        "request_at_work",
        "La même requête, sous cette clé d’idempotence, est en cours : réessayez dans un instant.",
        "The same request, under this idempotency key, is at work: try again in a moment.",
    ),
    known(
        "rows_refused",
        "Des lignes des fichiers sont en faute : `errors` donne fichier, ligne, colonne et raison. Rien n’a été pris.",
        "Rows of the files are at fault: `errors` gives file, line, column and reason. Nothing was taken.",
    ),
    known(
        "ruling_refused",
        "Cette décision ne peut pas être prise ainsi : la phrase du problème dit pourquoi.",
        "This decision cannot be taken so: the problem’s sentence says why.",
    ),
    known(
        "second_person_needed",
        "Une seconde personne doit décider : ni celle qui a proposé, ni une clé.",
        "A second person must decide: neither the one who proposed nor a key.",
    ),
    known(
        "several_clients",
        "Plusieurs clients du grand livre ont ce SIREN.",
        "Several clients of the ledger have this SIREN.",
    ),
    known(
        "source",
        "Un registre ou un système n’a pas répondu comme il le devrait ; réessayez plus tard.",
        "A register or system did not answer as it should; try again later.",
    ),
    known(
        "stored_model",
        "Le modèle en vigueur est d’un autre moteur : entraînez-en un nouveau.",
        "The model in force is of another engine: train a new one.",
    ),
    known(
        "stored_rules",
        "La politique ou la table de loi gardée ne peut plus être lue par ce programme : activez-en une autre.",
        "The policy or law table that is kept can no longer be read by this program: put another in force.",
    ),
    known(
        "timed_out",
        "La réponse a pris trop de temps (`serve.request_seconds`) : réessayez, ou faites-en un travail de fond.",
        "The answer took too long (`serve.request_seconds`): try again, or make it a job.",
    ),
    known(
        "too_little_to_train",
        "Il y a trop peu de factures échues pour apprendre : importez plus d’historique.",
        "There are too few invoices past due to learn from: import more history.",
    ),
    known(
        "unauthenticated",
        "Il faut une clé valable (`Authorization: Bearer enc_…`) ou une session ouverte.",
        "A valid key (`Authorization: Bearer enc_…`) or an open session is needed.",
    ),
    known(
        "unknown_client",
        "Ce n’est ni un client du grand livre ni une entreprise connue.",
        "This is neither a client of the ledger nor a company that is known.",
    ),
    known(
        "unknown_path",
        "Rien n’est servi à cette adresse : voyez `/docs`.",
        "Nothing is served under this address: see `/docs`.",
    ),
    known(
        "unknown_word",
        "Un mot n’est pas de ceux qui sont connus : la phrase du problème les donne.",
        "A word is none of those that are known: the problem’s sentence gives them.",
    ),
    known(
        "unsupported_database",
        "Cette base n’est pas prise en charge : SQLite ou PostgreSQL.",
        "This database is not supported: SQLite or PostgreSQL.",
    ),
    known(
        "unsupported_media_type",
        "Le corps doit être annoncé comme `application/json`.",
        "The body must be announced as `application/json`.",
    ),
    known(
        "user_name_unfit",
        "Le nom ne peut pas servir à s’identifier : a à z, 0 à 9 et . _ @ -, 64 signes au plus.",
        "The name cannot be used to log in: a to z, 0 to 9 and . _ @ -, 64 signs at most.",
    ),
    known("wrong_password", "Le nom ou le mot de passe n’est pas le bon.", "The name or the password is wrong."),
];

/// What is known of a code.
pub fn find(code: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.code == code)
}

/// What went wrong, in a sentence: that of the code where there is one, else that of its class. The detail, which the
/// engine words in English, stands below it.
pub fn trouble(code: &str, class: ErrorClass, lang: Lang) -> String {
    find(code).map_or_else(|| of_class(class, lang).to_owned(), |known| known.says(lang))
}

const fn of_class(class: ErrorClass, lang: Lang) -> &'static str {
    match class {
        ErrorClass::InvalidInput => {
            lang.pick("La demande ne peut pas être prise telle quelle.", "The request cannot be used as it is.")
        }
        ErrorClass::NotFound => lang.pick("Ce qui est demandé n’existe pas.", "What was asked for does not exist."),
        ErrorClass::Conflict => {
            lang.pick("La demande contredit ce qui est enregistré.", "The request contradicts what is stored.")
        }
        ErrorClass::EvidenceMissing => {
            lang.pick("Il y a trop peu d’éléments pour répondre.", "There is too little evidence to answer.")
        }
        ErrorClass::Forbidden => lang.pick("Ceci n’est pas permis.", "This may not be done."),
        ErrorClass::Internal => lang.pick("Le serveur a échoué.", "The server failed."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::Refusal;

    /// Codes of our own failures, which leave as `internal` and are read in the log.
    const INTERNAL: [&str; 11] = [
        "another_answer",
        "csv",
        "database",
        "document",
        "hashing",
        "no_randomness",
        "stopped",
        "store_closed",
        "stored_file_damaged",
        "stored_validation",
        "engine_failed",
    ];

    /// The words that stand behind `=>` as codes do, in the files in which codes are given.
    fn given() -> Vec<String> {
        let files = [include_str!("../../services/src/error.rs"), include_str!("../../services/src/access.rs")];
        let lines = files.iter().flat_map(|text| text.lines().skip_while(|line| !line.contains("fn code(&self)")));
        let words =
            lines.filter_map(|line| line.split_once("=> \"")?.1.split_once("\",").map(|(word, _)| word.to_owned()));
        words.chain(Refusal::ALL.map(|refusal| refusal.row().0.to_owned())).collect()
    }

    #[test]
    fn every_code_has_its_page_and_every_page_its_code() {
        let given = given();
        assert!(given.len() > 60, "{given:?}");
        for code in given.iter().filter(|code| !INTERNAL.contains(&code.as_str())) {
            assert!(find(code).is_some(), "`{code}` has no page");
        }
        for known in KNOWN {
            assert!(given.iter().any(|code| code == known.code), "nobody gives `{}`", known.code);
        }
        assert!(KNOWN.is_sorted_by(|one, next| one.code < next.code));
    }
}
