//! BODACC, the official bulletin of notices on companies: proceedings, sales, strike-offs, filings of accounts.
//!
//! Asked through the open data interface (Explore 2.1), a hundred notices a page. No key. The pages of one company are
//! read together, since a correction may stand on another page than what it corrects.
//!
//! The state's own pipeline drops the families *Extrait de jugement*, *Avis de dépôt* and *Loi de 1967*; nothing is
//! dropped here, for plans and their failures stand among them. Courts change their names: nothing is told by them.

mod convert;
mod notice;
mod payload;
#[cfg(test)]
mod tests;

use std::time::Duration;

use encours_domain::fact::{Fact, FactKind};
use encours_domain::subject::Subject;
use encours_domain::{Day, Siren};

use super::reading::Collector;
use super::registry::{Register, RegisterSetup, RegisterSpec};
use super::{Reading, opendatasoft};
use crate::Pending;
use crate::client::{Base, Desk, Kept, Question};
use crate::error::SourceError;

/// Its line in the registry.
pub const SPEC: RegisterSpec = RegisterSpec {
    name: "bodacc",
    title: "BODACC",
    asks: &[],
    base: "https://bodacc-datadila.opendatasoft.com/api/explore/v2.1",
    by_default: true,
    tells: &["proceedings", "accounts"],
    parse: convert::parse,
    build: Some(|setup| Ok(Box::new(Bodacc::new(setup)?))),
};

/// Notices on one page; the interface gives no more.
const PAGE: usize = 100;
/// Pages of one company; beyond ten thousand records the interface refuses.
const MOST_PAGES: usize = 100;
/// The first day that the open data holds.
const FIRST_ISSUE: &str = "2008-01-01";

/// That a company was in no proceedings since the bulletin's open data begins, as whoever read all of it may say.
pub fn never_in_proceedings(siren: &Siren, fetched_on: Day) -> Fact {
    let first = first_issue();
    Fact {
        subject: siren.clone(),
        kind: FactKind::Proceedings,
        value: "none".to_owned(),
        valid_from: first,
        known_from: first,
        source: SPEC.name.to_owned(),
        fetched_on: Some(fetched_on),
        answer: None,
    }
}

fn first_issue() -> Day {
    FIRST_ISSUE.parse().unwrap_or(Day::FIRST)
}

struct Bodacc {
    desk: Desk,
    base: Base,
}

impl Bodacc {
    fn new(setup: &RegisterSetup) -> Result<Self, SourceError> {
        let (desk, base) = Desk::open(setup, SPEC.base, Duration::from_millis(200))?;
        Ok(Self { desk, base })
    }

    async fn notices(&self, siren: &Siren) -> Result<Reading, SourceError> {
        let subject = Subject::Siren(siren.clone());
        let (mut whole, mut notes) = (Vec::new(), Reading::default());
        let (mut last, mut given, mut announced) = (None, 0, None);
        for page in 0..MOST_PAGES {
            let question = Question::get(&self.base, "catalog/datasets/annonces-commerciales/records")
                .query("where", &format!("registre=\"{siren}\""))
                .query("order_by", "dateparution desc, id desc")
                .query("limit", &PAGE.to_string())
                .query("offset", &(page * PAGE).to_string());
            let read = |kept: &Kept| {
                let raw = kept.raw(Some(&subject));
                let page = opendatasoft::page(&raw, SPEC.name, notice::KEY)?;
                let size = (page.records.len(), page.total);
                let mut collector = Collector::new(SPEC.name, &raw);
                let notices = notice::announced(&raw, &mut collector)?;
                Ok((kept.clone(), size, notices, collector.done()))
            };
            let (kept, (records, total), notices, told) = self.desk.ask(&question, read).await?;
            whole.extend(notices);
            notes.and(told);
            last = Some(kept);
            given += records;
            announced = announced.or(total);
            let read = (page + 1) * PAGE;
            if records < PAGE || total.is_some_and(|total| usize::try_from(total).is_ok_and(|total| total <= read)) {
                break;
            }
        }
        let Some(kept) = last else { return Ok(Reading::default()) };
        // Fewer notices than were announced may lack the one that matters.
        if let Some(total) = announced.filter(|total| usize::try_from(*total).is_ok_and(|total| given < total)) {
            let reason = format!("{total} notices are announced, and {given} were given");
            return Err(kept.raw(Some(&subject)).shape(SPEC.name, "total_count", reason));
        }
        let all_read = whole.len() == given;
        whole.sort_by(|left: &notice::Announced, right| left.id.cmp(&right.id));
        whole.dedup_by(|left, right| left.id == right.id);
        // Facts that several pages make together stand under the last page's hash.
        let raw = kept.raw(Some(&subject));
        let mut collector = Collector::new(SPEC.name, &raw);
        convert::tell(&mut collector, &whole);
        // Of what could not be read nobody knows what it says.
        if all_read && whole.iter().all(|notice| notice.judgment.is_none()) {
            self.never_in_proceedings(&mut collector, &subject);
        }
        let mut reading = collector.done();
        reading.and(notes);
        reading.only(&subject);
        Ok(reading.in_order())
    }

    /// Asked about a company, the bulletin knows no notice about proceedings: it was in none since the bulletin's open
    /// data begins. The fact holds and was known from then on, so that any notice, whenever it is published, overrides it.
    fn never_in_proceedings(&self, collector: &mut Collector<'_>, subject: &Subject) {
        let first = first_issue();
        collector.fact(subject, FactKind::Proceedings, "none", first, first);
    }
}

impl Register for Bodacc {
    fn name(&self) -> &'static str {
        SPEC.name
    }

    fn look_up<'r>(&'r self, siren: &'r Siren) -> Pending<'r, Result<Reading, SourceError>> {
        Box::pin(self.notices(siren))
    }
}
