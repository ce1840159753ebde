//! Where another company of the group is in proceedings or has ceased, a person decides.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};
use crate::policy::evidence::Failing;

pub(super) const RULE: Rule =
    Rule { code: "GROUP_MEMBER_FAILS", holds_when_prepaid: false, reads: Reads::Nothing, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    failing(situation).map(|_| Verdict::Refer)
}

fn failing<'a>(situation: &Situation<'a>) -> Option<&'a Failing> {
    let group = situation.evidence.group.filter(|_| situation.reads_public_record());
    group.and_then(|group| group.failing.as_ref())
}

fn says(situation: &Situation<'_>) -> Bilingual {
    let Some(Failing { client, why }) = failing(situation) else {
        return Bilingual::new("une société du groupe est défaillante", "a company of the group fails");
    };
    Bilingual::new(
        format!("une autre société du groupe ({client}) est défaillante : {}", why.fr),
        format!("another company of the group ({client}) fails: {}", why.en),
    )
}
