//! The thirteen regions of metropolitan France.

use crate::draw::chance::Chance;

/// Region, its weight in the portfolio of a seller near Lyon, and its slowness: the Paris region
/// pays late, the Atlantic ones early.
const REGIONS: [((&str, f64), f64); 13] = [
    (("Auvergne-Rhône-Alpes", 0.95), 34.0),
    (("Île-de-France", 1.35), 15.0),
    (("Bourgogne-Franche-Comté", 0.9), 9.0),
    (("Provence-Alpes-Côte d'Azur", 1.15), 9.0),
    (("Occitanie", 1.0), 8.0),
    (("Grand Est", 0.95), 6.0),
    (("Nouvelle-Aquitaine", 0.8), 5.0),
    (("Pays de la Loire", 0.75), 4.0),
    (("Hauts-de-France", 1.0), 4.0),
    (("Bretagne", 0.75), 2.5),
    (("Normandie", 0.9), 2.0),
    (("Centre-Val de Loire", 0.9), 1.5),
    (("Corse", 1.3), 0.5),
];

/// Where a company has its seat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// The region's name.
    pub name: &'static str,
    pub(crate) slowness: f64,
}

impl Region {
    pub(crate) fn draw(chance: &mut Chance) -> Self {
        let (name, slowness) = chance.weighted(&REGIONS);
        Self { name, slowness }
    }
}
