//! Invented names.
//!
//! A stem is put together from syllables, then dressed as its sector dresses: "Maçonnerie
//! Brévanchel", "Le Comptoir de Solurge". No list of real companies or people was used; sole
//! traders carry a trade name only. A resemblance would be chance.

use std::collections::BTreeSet;

use super::sector::Sector;
use crate::draw::chance::Chance;

const HEADS: [&str; 30] = [
    "Bré", "Vau", "Sol", "Tor", "Mé", "Cé", "Lan", "Dru", "Fau", "Gri", "Har", "Jou", "Kel", "Lum", "Nau", "Or", "Plé",
    "Qui", "Rou", "Sé", "Tri", "Ur", "Vil", "Yv", "Zé", "Cha", "Bel", "Mon", "Pra", "É",
];
const MIDDLES: [&str; 24] = [
    "van", "lur", "mé", "ta", "ri", "che", "nou", "dé", "lo", "bri", "cla", "ster", "gué", "fra", "mi", "do", "vé",
    "pla", "tou", "ne", "sa", "quo", "zi", "pe",
];
const TAILS: [&str; 26] = [
    "chel", "ge", "dre", "val", "nois", "tel", "rac", "lège", "mont", "quin", "sson", "ville", "blanc", "lune", "fort",
    "gane", "zac", "rêt", "nelle", "vier", "drin", "page", "thou", "xandre", "bec", "noé",
];

/// Hands out names, each once.
#[derive(Default)]
pub(crate) struct NameGiver(BTreeSet<String>);

impl NameGiver {
    /// A name that wasn't given before.
    pub(crate) fn name(&mut self, chance: &mut Chance, sector: Sector, kind: Kind) -> String {
        loop {
            let name = match (kind, sector) {
                (Kind::Public(pattern), _) => fill(pattern, chance),
                (Kind::Trade, _) => trade(chance, sector),
                (Kind::Company, _) if chance.happens(0.04) => long(chance),
                (Kind::Company, _) => company(chance, sector),
            };
            if self.0.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// What sort of name is wanted.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// The name of a company.
    Company,
    /// The trade name of a sole trader.
    Trade,
    /// A public body after a pattern with `{}` for the place.
    Public(&'static str),
}

fn stem(chance: &mut Chance) -> String {
    let (head, middle, tail) = (chance.pick(&HEADS), chance.pick(&MIDDLES), chance.pick(&TAILS));
    format!("{head}{middle}{tail}")
}

/// Puts a stem into each gap of a pattern; "de" loses its vowel before another one.
fn fill(pattern: &str, chance: &mut Chance) -> String {
    let mut pieces = pattern.split("{}");
    let mut name = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let stem = stem(chance);
        if stem.starts_with(['É', 'O', 'U', 'Y']) && name.ends_with("de ") {
            name.truncate(name.len() - 2);
            name.push('\'');
        }
        name.push_str(&stem);
        name.push_str(piece);
    }
    name
}

fn company(chance: &mut Chance, sector: Sector) -> String {
    let pattern = match sector {
        Sector::Construction => chance.pick(&[
            "{} Bâtiment",
            "Maçonnerie {}",
            "Couverture {}",
            "{} Plâtrerie",
            "Charpentes {}",
            "Électricité {}",
            "{} Travaux",
            "Menuiserie {}",
        ]),
        Sector::Wholesale => {
            chance.pick(&["{} Distribution", "Comptoir {}", "{} Négoce", "Grossiste {}", "Établissements {}"])
        }
        Sector::Restaurants => chance.pick(&[
            "Le Comptoir de {}",
            "Brasserie {}",
            "Crêperie {}",
            "La Table de {}",
            "Café {}",
            "Auberge de {}",
        ]),
        Sector::Transport => chance.pick(&["Transports {}", "{} Logistique", "{} Fret", "Messagerie {}", "{} Express"]),
        Sector::Agencies => chance.pick(&["Agence {}", "{} Communication", "Studio {}", "{} Événements", "{} & Co"]),
        Sector::PropertyDevelopment => {
            chance.pick(&["{} Promotion", "Foncière {}", "{} Immobilier", "Les Résidences {}", "{} Aménagement"])
        }
        Sector::Hairdressing => chance.pick(&["Salon {}", "{} Coiffure", "L'Atelier {}", "Institut {}", "Beauté {}"]),
        Sector::Manufacturing => chance.pick(&[
            "{} Industrie",
            "Ateliers {}",
            "Fonderie {}",
            "Mécanique {}",
            "{} Plastiques",
            "Tôlerie {}",
            "{}",
        ]),
        Sector::ItServices | Sector::PublicBodies => {
            chance.pick(&["{} Informatique", "{} Systèmes", "{} Numérique", "Logiciels {}", "{}"])
        }
    };
    fill(pattern, chance)
}

fn trade(chance: &mut Chance, sector: Sector) -> String {
    let pattern = match sector {
        Sector::Hairdressing => chance.pick(&["Chez {}", "Mèche et {}", "Le Petit Salon {}"]),
        Sector::Restaurants => chance.pick(&["Chez {}", "Le Petit {}", "Snack {}"]),
        _ => chance.pick(&["L'Artisan de {}", "À la Bonne {}", "{} Services"]),
    };
    fill(pattern, chance)
}

fn long(chance: &mut Chance) -> String {
    let pattern = chance.pick(&[
        "Société d'exploitation des établissements {} et de la coopérative du Haut-{}",
        "Compagnie générale d'équipement et de maintenance de {}, Val-de-{} et environs",
        "Groupement d'entreprises artisanales pour l'habitat de {} et de {}",
    ]);
    fill(pattern, chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_and_are_filled_in() {
        let (mut giver, mut chance) = (NameGiver::default(), Chance::new(5, 0));
        for sector in Sector::ALL {
            for kind in [Kind::Company, Kind::Trade, Kind::Public("Commune de {}")] {
                let name = giver.name(&mut chance, sector, kind);
                assert!(!name.contains("{}") && name.chars().count() > 3, "{name}");
            }
        }
        assert_eq!(giver.0.len(), 30);
    }

    #[test]
    fn de_is_elided_before_a_vowel() {
        let mut chance = Chance::new(6, 0);
        for _ in 0..300 {
            let name = fill("Café de {}", &mut chance);
            let vowel = name.chars().nth(7).is_some_and(|letter| "ÉOUY".contains(letter));
            assert_eq!(name.starts_with("Café d'"), vowel, "{name}");
        }
    }
}
