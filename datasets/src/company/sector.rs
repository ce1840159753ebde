//! Sectors, staff bands and regions, with what they do to payment.
//!
//! Slowness multiplies a client's usual delay. The order follows what is published for France
//! (Altares, first half of 2024; `README.md` names the figures): construction pays fast, agencies,
//! property developers and hairdressers slowly; so do the smallest and the largest, and the Paris
//! region.

use crate::draw::chance::Chance;

/// What a company does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sector {
    /// Builders and craftsmen.
    Construction,
    /// Wholesale trade.
    Wholesale,
    /// Restaurants and cafés.
    Restaurants,
    /// Road haulage and logistics.
    Transport,
    /// Advertising, communication and events agencies.
    Agencies,
    /// Property developers.
    PropertyDevelopment,
    /// Hairdressers and beauty salons.
    Hairdressing,
    /// Industry.
    Manufacturing,
    /// Software and computer services.
    ItServices,
    /// Communes, departments, regions.
    PublicBodies,
}

/// Constants of one sector.
struct Profile {
    label: &'static str,
    slowness: f64,
    net_margin: f64,
    /// How the sector's companies spread over the six staff bands.
    sizes: [f64; 6],
    /// Orders of January to December around their mean.
    months: [f64; 12],
}

const EVEN: [f64; 12] = [1.0, 1.0, 1.1, 1.0, 1.0, 1.1, 0.95, 0.55, 1.1, 1.1, 1.1, 0.95];
const SUMMER: [f64; 12] = [0.7, 0.8, 0.95, 1.1, 1.2, 1.3, 1.3, 1.05, 1.0, 0.9, 0.8, 1.0];
const BUILDING: [f64; 12] = [0.7, 0.85, 1.15, 1.2, 1.15, 1.25, 1.1, 0.45, 1.2, 1.2, 1.1, 0.7];
const BUDGET: [f64; 12] = [0.6, 0.8, 1.0, 1.0, 1.0, 1.2, 0.9, 0.6, 1.1, 1.2, 1.5, 1.1];

impl Sector {
    /// All sectors, in the order of the card.
    pub const ALL: [Self; 10] = [
        Self::Construction,
        Self::Wholesale,
        Self::Restaurants,
        Self::Transport,
        Self::Agencies,
        Self::PropertyDevelopment,
        Self::Hairdressing,
        Self::Manufacturing,
        Self::ItServices,
        Self::PublicBodies,
    ];

    /// The word in the files.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.profile().label
    }

    pub(crate) fn slowness(self) -> f64 {
        self.profile().slowness
    }

    /// Usual result after tax over turnover.
    pub(crate) fn net_margin(self) -> f64 {
        self.profile().net_margin
    }

    /// How much is ordered in a month (1 to 12) against the mean month.
    pub(crate) fn season(self, month: u32) -> f64 {
        let place = usize::try_from(month.saturating_sub(1)).unwrap_or(0);
        self.profile().months.get(place).copied().unwrap_or(1.0)
    }

    fn profile(self) -> Profile {
        let (label, slowness, net_margin, sizes, months) = match self {
            Self::Construction => ("construction", 0.72, 0.03, [32., 34., 24., 7., 2., 1.], BUILDING),
            Self::Wholesale => ("wholesale", 0.95, 0.025, [18., 30., 32., 14., 5., 1.], EVEN),
            Self::Restaurants => ("restaurants", 1.05, 0.02, [35., 45., 18., 2., 0., 0.], SUMMER),
            Self::Transport => ("transport", 0.9, 0.02, [20., 28., 34., 13., 4., 1.], EVEN),
            Self::Agencies => ("agencies", 1.75, 0.05, [38., 36., 20., 5., 1., 0.], EVEN),
            Self::PropertyDevelopment => ("property development", 2.1, 0.06, [34., 34., 22., 8., 2., 0.], BUILDING),
            Self::Hairdressing => ("hairdressing", 1.7, 0.03, [52., 40., 8., 0., 0., 0.], EVEN),
            Self::Manufacturing => ("manufacturing", 0.9, 0.035, [10., 22., 34., 21., 10., 3.], EVEN),
            Self::ItServices => ("it services", 1.05, 0.06, [30., 30., 25., 10., 4., 1.], EVEN),
            Self::PublicBodies => ("public bodies", 1.0, 0.0, [0., 0., 38., 34., 20., 8.], BUDGET),
        };
        Profile { label, slowness, net_margin, sizes, months }
    }

    /// A sector of the portfolio; `private` leaves the public bodies out.
    pub(crate) fn draw(chance: &mut Chance, private: bool) -> Self {
        chance.weighted(&[
            (Self::Construction, 17.0),
            (Self::Wholesale, 13.0),
            (Self::Restaurants, 11.0),
            (Self::Transport, 9.0),
            (Self::Agencies, 8.0),
            (Self::PropertyDevelopment, 5.0),
            (Self::Hairdressing, 7.0),
            (Self::Manufacturing, 14.0),
            (Self::ItServices, 9.0),
            (Self::PublicBodies, if private { 0.0 } else { 7.0 }),
        ])
    }
}

/// Staff band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Size {
    /// None to two.
    UpTo2,
    /// Three to nine.
    UpTo9,
    /// Ten to 49.
    UpTo49,
    /// Fifty to 199.
    UpTo199,
    /// 200 to 999.
    UpTo999,
    /// A thousand and more.
    Above,
}

impl Size {
    /// All bands, smallest first.
    pub const ALL: [Self; 6] = [Self::UpTo2, Self::UpTo9, Self::UpTo49, Self::UpTo199, Self::UpTo999, Self::Above];

    /// The band in the files.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::UpTo2 => "0-2",
            Self::UpTo9 => "3-9",
            Self::UpTo49 => "10-49",
            Self::UpTo199 => "50-199",
            Self::UpTo999 => "200-999",
            Self::Above => "1000+",
        }
    }

    pub(crate) fn slowness(self) -> f64 {
        match self {
            Self::UpTo2 => 1.12,
            Self::UpTo9 | Self::UpTo49 => 0.88,
            Self::UpTo199 => 1.0,
            Self::UpTo999 => 1.2,
            Self::Above => 1.6,
        }
    }

    /// Median turnover in euros.
    pub(crate) fn turnover(self) -> f64 {
        match self {
            Self::UpTo2 => 210_000.0,
            Self::UpTo9 => 800_000.0,
            Self::UpTo49 => 3_900_000.0,
            Self::UpTo199 => 19_000_000.0,
            Self::UpTo999 => 96_000_000.0,
            Self::Above => 620_000_000.0,
        }
    }

    /// Median invoice of the seller to such a client, in euros without VAT.
    pub(crate) fn ticket(self) -> f64 {
        match self {
            Self::UpTo2 => 290.0,
            Self::UpTo9 => 480.0,
            Self::UpTo49 => 900.0,
            Self::UpTo199 => 1_900.0,
            Self::UpTo999 => 3_600.0,
            Self::Above => 6_200.0,
        }
    }

    /// How often such a client orders, against the mean.
    pub(crate) fn appetite(self) -> f64 {
        match self {
            Self::UpTo2 => 0.55,
            Self::UpTo9 => 0.8,
            Self::UpTo49 => 1.25,
            Self::UpTo199 => 1.9,
            Self::UpTo999 => 2.6,
            Self::Above => 3.4,
        }
    }

    /// A staff band usual in the sector; `modest` keeps below 200.
    pub(crate) fn draw(chance: &mut Chance, sector: Sector, modest: bool) -> Self {
        let [tiny, few, some, many, large, giant] = sector.profile().sizes;
        chance.weighted(&[
            (Self::UpTo2, tiny),
            (Self::UpTo9, few),
            (Self::UpTo49, some),
            (Self::UpTo199, many),
            (Self::UpTo999, if modest { 0.0 } else { large }),
            (Self::Above, if modest { 0.0 } else { giant }),
        ])
    }
}
