//! `companies learn`, `companies model` and `companies quartiles`: what whole registers teach.

use std::path::PathBuf;

use encours_services::{BulkFile, FailureModelInfo, LearnFailureOptions, Moment, Services, ServicesError};

use crate::cli::company_args::{FailureModelArgs, LearnArgs, QuartilesArgs};
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{give, give_json, patiently, say};

/// `encours companies learn`.
pub async fn learn(services: &Services, args: LearnArgs, now: Moment) -> Result<(), Failure> {
    let LearnArgs { files, fetched_on, seed, by, json } = args;
    let bulk = bulk(files)?;
    let options = LearnFailureOptions { fetched_on, seed, by };
    let found = patiently("learning from whole registers", services.learn_failure(bulk, options, now)).await?;
    shown(&found, json)?;
    if !found.passes {
        say("not put in force: it does not beat the policy's expert rule, which goes on answering");
    } else if !found.in_force {
        say(format!(
            "not put in force: the policy asks for a second person, who says\n  encours companies model --promote {} --by NAME",
            found.kept_as
        ));
    }
    Ok(())
}

/// What each file of a whole register is.
fn bulk(files: Vec<PathBuf>) -> Result<Vec<BulkFile>, Failure> {
    let of = |path: PathBuf| {
        let unknown = || ServicesError::UnknownWord {
            what: "files",
            found: path.display().to_string(),
            expected: "an export of ratios_inpi_bce, BODACC or Sirene stock, known by its columns".to_owned(),
        };
        Ok(BulkFile::look(&path)?.ok_or_else(unknown)?)
    };
    files.into_iter().map(of).collect()
}

/// `encours companies quartiles`.
pub async fn quartiles(services: &Services, args: QuartilesArgs, now: Moment) -> Result<(), Failure> {
    let QuartilesArgs { files, as_of, json } = args;
    let work = services.gather_quartiles(bulk(files)?, as_of, now);
    let found = patiently("gathering quartiles from whole registers", work).await?;
    if json {
        return give_json(&found);
    }
    say(format!(
        "quartiles of {} companies in {} divisions of the NAF, accounts of the two years before {}",
        found.companies, found.divisions, found.as_of
    ));
    if found.divisions == 0 {
        say("note: no sector is told apart: give INSEE's stock of units beside the ratios");
    }
    Ok(())
}

/// `encours companies model`.
pub async fn model(services: &Services, args: FailureModelArgs, now: Moment) -> Result<(), Failure> {
    const NONE: &str = "no model of failure is in force: the policy's expert rule answers";
    if args.retire {
        let there = services.retire_failure_model(now).await?;
        say(if there { "out of force: the policy's expert rule answers again" } else { NONE });
        return Ok(());
    }
    if let Some(kept_as) = args.promote {
        return shown(&services.promote_failure_model(&kept_as, args.by.as_deref(), now).await?, args.json);
    }
    match services.failure_model().await? {
        Some(found) => shown(&found, args.json),
        None if args.json => give_json(&serde_json::Value::Null),
        None => {
            say(NONE);
            Ok(())
        }
    }
}

fn shown(found: &FailureModelInfo, json: bool) -> Result<(), Failure> {
    if json {
        return give_json(found);
    }
    give(&show::failure_model(found)).map_err(Failure::of_output)
}
