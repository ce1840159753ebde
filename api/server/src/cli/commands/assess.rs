//! `assess` and `replay`.

use encours_domain::Share;
use encours_domain::text::printable;
use encours_services::{Asked, AssessRequest, Difference, Moment, Services};

use super::companies::asking;
use crate::answer::Answer;
use crate::cli::args::{AssessArgs, QuoteArgs, ReplayArgs};
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{give, give_exactly, patiently, say, shows_colours};
use crate::view::View;

/// `encours assess`: the answer is kept, so that it can be replayed.
pub async fn run(services: Services, args: AssessArgs, now: Moment) -> Result<(), Failure> {
    let AssessArgs { client, quote, as_of, json, lang, ask } = args;
    let services = asking(services, &ask, None)?;
    let request = AssessRequest { as_of, store: true, ..request(client, &quote) };
    let document = patiently("assessing", services.assess(request, now)).await?.to_json();
    if json {
        return give_exactly(&document).map_err(Failure::of_output);
    }
    let answer = Answer::read(&document).map_err(Failure::Document)?;
    give(&show::assessment(&View::of(&answer, lang), lang, shows_colours())).map_err(Failure::of_output)
}

/// The question that the arguments ask.
pub fn request(client: String, quote: &QuoteArgs) -> AssessRequest {
    let QuoteArgs { amount, vat, terms, end_of_month, margin, deposit, goods, stage, order, retention_of_title } =
        quote;
    AssessRequest {
        vat_rate: Some(vat.value()),
        terms_days: *terms,
        end_of_month: end_of_month.map(Into::into),
        margin: margin.map(Share::value),
        deposit: Some(deposit.value()),
        goods: goods.clone(),
        stage: (*stage).into(),
        order: order.clone(),
        retention_of_title: *retention_of_title,
        ..AssessRequest::new(Asked::Either(client), amount.decimal())
    }
}

/// `encours replay`.
pub async fn replay(services: &Services, args: ReplayArgs) -> Result<(), Failure> {
    if args.json {
        return give_exactly(&services.assessment(&args.id).await?.json).map_err(Failure::of_output);
    }
    let replay = patiently("replaying", services.replay(&args.id)).await?;
    if replay.equal {
        say(format_args!("assessment {}: computed anew, the same byte for byte", replay.stored.id));
        return Ok(());
    }
    for cause in &replay.causes {
        say(format_args!("{}: then {}, now {}", cause.part, cause.stored, cause.anew));
    }
    let lines = replay.differences.iter();
    let line = |it: &Difference| {
        format!("{}: stored {}, anew {}; because of {}\n", it.field, it.stored, it.anew, it.cause.join(", "))
    };
    let lines: Vec<String> = lines.map(line).collect();
    give(&printable(&lines.concat())).map_err(Failure::of_output)?;
    Err(Failure::NotReplayed)
}
