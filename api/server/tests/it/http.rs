//! `/v1` and what stands round it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use encours_server::answer::Answer;
use encours_server::explain::explanation;
use encours_server::words::Lang;
use encours_services::{Deed, Ruling, RulingStanding, Rulings};
use serde_json::{Value, json};

use crate::support::{Answered, SAMPLE, Sample};

const QUOTE: &str = r#"{"client":"C-0012","quote":{"amount":"18000","terms_days":45},"store":false}"#;

#[track_caller]
fn is_problem(answered: &Answered, status: u16, code: &str) -> Value {
    assert_eq!(answered.header("content-type"), "application/problem+json", "{}", answered.body);
    let problem = answered.json();
    assert_eq!((answered.status.as_u16(), &problem["code"]), (status, &json!(code)), "{}", answered.body);
    assert_eq!((&problem["status"], &problem["type"]), (&json!(status), &json!(format!("/problems/{code}"))));
    assert!(problem["title"].is_string() && problem["detail"].is_string());
    problem
}

#[test]
fn only_who_holds_a_key_comes_in() {
    for (method, path) in [("GET", "/v1/clients"), ("POST", "/v1/assessments"), ("GET", "/v1/assessments/x")] {
        let refused = SAMPLE.bare(method, path);
        is_problem(&refused, 401, "unauthenticated");
        assert!(refused.header("www-authenticate").starts_with("Bearer"));
    }
    for value in ["Bearer enc_0000", "Basic abc", "enc_0000", "Bearer"] {
        let request = Request::get("/v1/clients").header(header::AUTHORIZATION, value).body(Body::empty()).unwrap();
        is_problem(&SAMPLE.send(request), 401, "unauthenticated");
    }
    for path in ["/healthz", "/openapi.json", "/docs/", "/login", "/assets/app.css"] {
        assert_eq!(SAMPLE.bare("GET", path).status, StatusCode::OK, "{path}");
    }
    assert_eq!(SAMPLE.with_key("GET", "/v1/clients", "").status, StatusCode::OK);
}

#[test]
fn a_session_comes_in_from_this_origin_only() {
    let post = |origin: &str| {
        let request = Request::post("/v1/assessments")
            .header(header::COOKIE, SAMPLE.log_in())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::HOST, "encours.example")
            .header(header::ORIGIN, origin);
        SAMPLE.send(request.body(Body::from(QUOTE)).unwrap())
    };
    assert_eq!(post("https://encours.example").status, StatusCode::OK);
    is_problem(&post("https://elsewhere.example"), 403, "cross_origin");
    let forged = Request::get("/v1/clients").header(header::COOKIE, "encours_session=00").body(Body::empty()).unwrap();
    is_problem(&SAMPLE.send(forged), 401, "unauthenticated");
}

#[test]
fn a_what_if_leaves_no_trace_and_a_stored_answer_is_given_again() {
    let asked = SAMPLE.with_key("POST", "/v1/assessments", &QUOTE.replace("45", "44"));
    assert_eq!(asked.status, StatusCode::OK);
    let id = asked.json()["id"].as_str().unwrap().to_owned();
    is_problem(&SAMPLE.with_key("GET", &format!("/v1/assessments/{id}"), ""), 404, "not_found");

    let stored = SAMPLE.with_key("POST", "/v1/assessments", &QUOTE.replace(r#","store":false"#, ""));
    assert_eq!(stored.status, StatusCode::CREATED);
    let again = SAMPLE.with_key("GET", stored.header("location"), "");
    assert_eq!((again.status, again.header("content-type")), (StatusCode::OK, "application/json"));
    assert_eq!(again.body, stored.body);
}

#[test]
fn the_schema_knows_every_field_of_an_assessment() {
    for body in [QUOTE, r#"{"siren":"000000216","quote":{"amount":500},"store":false}"#] {
        let answered = SAMPLE.with_key("POST", "/v1/assessments", body);
        let answer = Answer::read(&answered.body).unwrap_or_else(|error| panic!("{error}: {}", answered.body));
        // Written out again it is the same document: nothing was dropped or renamed on the way.
        let (again, given) = (serde_json::to_value(&answer).unwrap(), answered.json());
        for (name, value) in given.as_object().unwrap() {
            if name != "counterfactuals" {
                assert_eq!(&again[name], value, "{name}");
            }
        }
    }
}

#[test]
fn every_refusal_is_a_problem_document() {
    for (body, status, code) in [
        ("", 400, "malformed_json"),
        ("{", 400, "malformed_json"),
        ("[]", 422, "invalid_body"),
        (r#"{"client":"C-0012","quote":{"amount":"abc"}}"#, 422, "invalid_body"),
        (r#"{"client":"C-0012","quote":{"amount":true}}"#, 422, "invalid_body"),
        (r#"{"client":"C-0012","quote":{"amount":"1"},"colour":1}"#, 422, "invalid_body"),
        (r#"{"client":"C-0012","quote":{"amount":"1","terms_days":45,"end_of_month":"x"}}"#, 422, "invalid_body"),
        (r#"{"client":"C-0012","quote":{"amount":"1","currency":"XXXX"}}"#, 422, "invalid_body"),
        (r#"{"client":"C-0012","as_of":"2027-01-01","quote":{"amount":"1"}}"#, 422, "invalid_body"),
        (r#"{"client":"nobody","quote":{"amount":"1"}}"#, 404, "unknown_client"),
    ] {
        is_problem(&SAMPLE.with_key("POST", "/v1/assessments", body), status, code);
    }
    let pointed = SAMPLE.with_key("POST", "/v1/assessments", r#"{"client":"C-0012","quote":{"amount":1.234}}"#);
    assert_eq!(is_problem(&pointed, 422, "invalid_body")["errors"][0]["pointer"], "#/quote/amount");
    is_problem(&SAMPLE.with_key("POST", "/v1/assessments", &" ".repeat(70_000)), 413, "body_too_large");
    let request = Request::post("/v1/assessments").header(header::AUTHORIZATION, format!("Bearer {}", SAMPLE.key));
    is_problem(&SAMPLE.send(request.body(Body::from(QUOTE)).unwrap()), 415, "unsupported_media_type");
    is_problem(&SAMPLE.with_key("GET", "/v1/nothing", ""), 404, "unknown_path");
    let other = SAMPLE.with_key("DELETE", "/v1/clients", "");
    is_problem(&other, 405, "method_not_allowed");
    assert!(other.header("allow").contains("GET"));
    is_problem(&SAMPLE.with_key("GET", "/v1/clients/nobody", ""), 404, "unknown_client");
    for path in ["/v1/clients/%ff", "/v1/assessments/%ff"] {
        is_problem(&SAMPLE.with_key("GET", path, ""), 422, "invalid_parameter");
    }
    for query in ["limit=0", "limit=1001", "limit=x", "order=colour", "page=2", "cursor=nobody"] {
        assert_eq!(SAMPLE.with_key("GET", &format!("/v1/clients?{query}"), "").status.as_u16(), 422, "{query}");
    }
}

#[test]
fn companies_are_found_as_one_types_and_shown_with_their_sources() {
    // C-0012's own number, as the ledger has it.
    let client = SAMPLE.with_key("GET", "/v1/clients/C-0012", "").json();
    let (siren, name) = (client["siren"].as_str().unwrap(), client["name"].as_str().unwrap());
    let grouped = format!("{}%20{}%20{}", &siren[..3], &siren[3..6], &siren[6..]);
    for query in [siren, &grouped, &format!("{siren}00012")] {
        let found = SAMPLE.with_key("GET", &format!("/v1/companies?q={query}"), "").json();
        let first = &found["companies"][0];
        assert_eq!((&first["id"], &first["kind"]), (&json!("C-0012"), &json!("client")), "{query}: {found}");
        assert_eq!((&first["name"], &first["known_by"]), (&json!(name), &json!("ledger")));
        assert_eq!(found["registers"], json!([]), "nobody may be asked here");
    }
    let company = SAMPLE.with_key("GET", &format!("/v1/companies/{siren}"), "").json();
    assert_eq!(company["clients"], json!(["C-0012"]));
    let fact = &company["facts"][0];
    assert!(fact["known_from"].is_string() && fact["source"] == "sample register", "{fact}");
    for (path, status, code) in [
        ("/v1/companies?q=x&limit=51", 422, "invalid_parameter"),
        ("/v1/companies", 422, "invalid_parameter"),
        ("/v1/companies/552032534", 404, "not_found"),
    ] {
        is_problem(&SAMPLE.with_key("GET", path, ""), status, code);
    }
}

#[test]
fn pages_of_clients_follow_each_other_without_gap() {
    let mut seen: Vec<String> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = SAMPLE.with_key("GET", &format!("/v1/clients?limit=150{cursor}"), "").json();
        seen.extend(page["clients"].as_array().unwrap().iter().map(|client| client["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen.len(), 400);
    assert!(seen.is_sorted_by(|left, right| left < right));
    let one = SAMPLE.with_key("GET", "/v1/clients/C-0012", "").json();
    assert_eq!((&one["id"], &one["line"]["id"]), (&json!("C-0012"), &json!("C-0012")));
}

#[test]
fn the_interface_is_described() {
    let document = SAMPLE.bare("GET", "/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    let mut operations: Vec<String> = Vec::new();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().unwrap() {
            operations.push(format!("{} {path} {}", method.to_uppercase(), operation["operationId"].as_str().unwrap()));
        }
    }
    operations.sort();
    insta::assert_snapshot!(operations.join("\n"), @r"
    DELETE /v1/jobs/{id} cancelJob
    DELETE /v1/keys/{id} revokeKey
    DELETE /v1/me/sessions/{id} endSession
    DELETE /v1/webhooks/{id} removeWebhook
    GET /v1/assessments/{id} getAssessment
    GET /v1/assessments/{id}/override listDecisions
    GET /v1/assessments/{id}/replay replayAssessment
    GET /v1/audit listAudit
    GET /v1/audit/verification verifyAudit
    GET /v1/clients listClients
    GET /v1/clients/{id} getClient
    GET /v1/companies findCompanies
    GET /v1/companies/{id} getCompany
    GET /v1/jobs listJobs
    GET /v1/jobs/{id} getJob
    GET /v1/jobs/{id}/events followJob
    GET /v1/keys listKeys
    GET /v1/law/clauses listClauses
    GET /v1/me whoAmI
    GET /v1/me/sessions listSessions
    GET /v1/models listModels
    GET /v1/models/{id} getModel
    GET /v1/models/{id}/card getModelCard
    GET /v1/policies listPolicies
    GET /v1/policies/{id} getPolicy
    GET /v1/portfolio getPortfolio
    GET /v1/users listUsers
    GET /v1/webhooks listWebhooks
    GET /v1/webhooks/{id}/deliveries listDeliveries
    GET /v1/worklist getWorklist
    PATCH /v1/users/{name} changeUser
    POST /v1/assessments createAssessment
    POST /v1/assessments/{id}/override overrideAssessment
    POST /v1/clients/{id}/erasure eraseClient
    POST /v1/imports import
    POST /v1/keys createKey
    POST /v1/models/{id}/promote promoteModel
    POST /v1/policies addPolicy
    POST /v1/policies/{id}/activate activatePolicy
    POST /v1/policies/{id}/rehearsal rehearsePolicy
    POST /v1/pulls pull
    POST /v1/rescorings rescore
    POST /v1/trainings train
    POST /v1/users createUser
    POST /v1/webhooks createWebhook
    POST /v1/webhooks/{id}/deliveries/{delivery}/retry retryDelivery
    PUT /v1/clients/{id}/limit setLimit
    PUT /v1/me/password changePassword
    ");
    references_resolve(&document, &document);
}

/// Decisions and policies over HTTP; on a desk of their own, since they change what the others would be answered.
#[test]
fn a_person_decides_and_a_policy_takes_the_place_of_another() {
    let desk = Sample::of_its_own();
    let body = json!({"client": "C-0012", "quote": {"amount": "90000"}, "as_of": "2026-05-31"}).to_string();
    let answer = desk.with_key("POST", "/v1/assessments", &body).json();
    let path = format!("/v1/assessments/{}", answer["id"].as_str().unwrap());
    assert_eq!(desk.with_key("GET", &format!("{path}/replay"), "").json()["equal"], true);
    let overriding = format!("{path}/override");
    let decide = |body: Value| desk.with_key("POST", &overriding, &body.to_string());
    let held = json!({"decision": "hold", "reason": "r", "role": "sales", "owner": "Lin", "deadline": "2026-12-31"});
    assert_eq!(decide(held).json()["standing"], "held");
    assert_eq!(desk.with_key("GET", "/v1/worklist", "").json()[0]["owner"], "Lin");
    let taken = decide(json!({"decision": "approve", "reason": "r", "role": "sales"})).json();
    assert_eq!((&taken["standing"], &taken["verdict"]), (&json!("awaits_second"), &answer["verdict"]));
    for (body, status, code) in [
        (json!({"decision": "confirm", "reason": "r", "role": "sales"}), 403, "second_person_needed"),
        (json!({"decision": "hold", "reason": "r", "role": "sales"}), 422, "invalid_body"),
        (json!({"decision": "refer", "reason": "r", "role": "sales"}), 409, "ruling_refused"),
        (json!({"decision": "decline", "reason": " ", "role": "sales"}), 409, "ruling_refused"),
    ] {
        let found = decide(body.clone());
        assert_eq!((found.status.as_u16(), found.json()["code"].as_str()), (status, Some(code)), "{body}");
    }
    let limit = json!({"amount": "25000.00", "until": "2099-01-01", "reason": "season", "role": "controller"});
    let limit = limit.to_string();
    let set = desk.with_key("PUT", "/v1/clients/C-0012/limit", &limit).json();
    assert_eq!((&set["client"], &set["amount"]), (&json!("C-0012"), &json!("25000.00")));
    let active = desk.with_key("GET", "/v1/policies", "").json()[0].clone();
    assert_eq!(active["state"], "active");
    let path = format!("/v1/policies/{}", active["hash"].as_str().unwrap());
    let text = desk.with_key("GET", &path, "").json()["text"].as_str().unwrap().to_owned();
    let bad = json!({"text": text.replacen("loss_cap_share = 0.01 ", "loss_cap_share = 7 ", 1)}).to_string();
    let refused = desk.with_key("POST", "/v1/policies", &bad);
    assert_eq!(
        (refused.status.as_u16(), refused.json()["errors"][0]["pointer"].as_str()),
        (422, Some("appetite.loss_cap_share"))
    );
    let changed = text.replacen("loss_cap_share = 0.01 ", "loss_cap_share = 0.02 ", 1);
    let same_version = desk.with_key("POST", "/v1/policies", &json!({"text": changed}).to_string());
    assert_eq!((same_version.status.as_u16(), same_version.json()["code"].as_str()), (409, Some("ruling_refused")));
    let other = json!({"text": changed.replacen("version = \"2026-11-6\"", "version = \"other\"", 1)}).to_string();
    let added = desk.with_key("POST", "/v1/policies", &other);
    assert_eq!(added.status, StatusCode::CREATED);
    let path = format!("/v1/policies/{}", added.json()["hash"].as_str().unwrap());
    let early = desk.with_key("POST", &format!("{path}/activate"), "");
    assert_eq!((early.status.as_u16(), early.json()["code"].as_str()), (409, Some("policy_not_rehearsed")));
    assert!(desk.with_key("POST", &format!("{path}/rehearsal"), "").json()["clients"].as_u64() > Some(0));
    assert_eq!(desk.with_key("POST", &format!("{path}/activate"), "").json()["state"], "active");
    let links = desk.with_key("GET", "/v1/audit?limit=2", "").json();
    assert_eq!((&links[0]["action"], &links[1]["action"]), (&json!("policy_activated"), &json!("policy_rehearsed")));
    let before = format!("/v1/audit?limit=1&before={}", links[1]["sequence"]);
    assert_eq!(desk.with_key("GET", &before, "").json()[0]["action"], "rules_added");
    assert_eq!(desk.with_key("GET", "/v1/audit?limit=0", "").status, StatusCode::UNPROCESSABLE_ENTITY);
    let clauses = desk.with_key("GET", "/v1/law/clauses", "").json();
    assert_eq!((clauses.as_array().unwrap().len(), &clauses[4]["name"]), (5, &json!("retention_of_title")));
    for (who, basis, status, code) in [
        ("C-0106", "request", 409, "not_erasable"),
        ("C-9999", "request", 404, "unknown_client"),
        ("C-0106", "whim", 422, "invalid_body"),
    ] {
        let body = json!({"basis": basis}).to_string();
        let found = desk.with_key("POST", &format!("/v1/clients/{who}/erasure"), &body);
        assert_eq!((found.status.as_u16(), found.json()["code"].as_str()), (status, Some(code)), "{who} {basis}");
    }
    let erased = desk.with_key("POST", "/v1/clients/C-0209/erasure", &json!({"basis": "request"}).to_string()).json();
    assert_eq!(erased["invoices"], 1);
    let verified = desk.with_key("GET", "/v1/audit/verification", "").json();
    assert_eq!(verified["faults"], json!([]), "{verified}");
}

/// The explanation holds procedure, data, what weighed and who decides, in both languages.
#[test]
fn an_answer_is_explained_to_whoever_it_is_about() {
    let answer = Answer::read(&SAMPLE.with_key("POST", "/v1/assessments", QUOTE).body).unwrap();
    let ruling = |deed: Deed, by: &str, reason: &str| Ruling {
        assessment: answer.id.clone(),
        deed,
        reason: reason.to_owned(),
        by: by.to_owned(),
        role: "sales".to_owned(),
        at: "2026-05-31T09:00:00Z".to_owned(),
        needs_second: false,
    };
    let hold = Deed::Hold { owner: "Lin".to_owned(), deadline: "2026-06-30".parse().unwrap(), conditions: None };
    let rulings = |standing, owner: Option<&str>, rulings| Rulings {
        assessment: answer.id.clone(),
        standing,
        verdict: answer.verdict,
        owner: owner.map(str::to_owned),
        deadline: None,
        rulings,
    };
    let held = rulings(RulingStanding::Held, Some("Lin"), vec![ruling(hold, "Ada", "attend le bilan")]);
    let told = explanation(&answer, &held, Lang::Fr);
    for part in
        ["## Comment on y est arrivé", "## Vos droits", "Lin s’en occupe", "Motif\u{a0}: attend le bilan", &answer.id]
    {
        assert!(told.contains(part), "{part} in {told}");
    }
    // Every reason of the model stands in it, with its points.
    let reasons = answer.reasons.iter().filter(|reason| reason.points.is_some());
    assert!(
        reasons.clone().count() > 3
            && reasons.clone().all(|reason| told.to_lowercase().contains(&reason.fr.to_lowercase()))
    );
    let open = explanation(&answer, &rulings(RulingStanding::Open, None, Vec::new()), Lang::En);
    assert!(open.contains("No person has decided yet.") && open.contains("## Your rights"), "{open}");
}

#[test]
fn models_are_listed_shown_and_promoted() {
    let models = SAMPLE.with_key("GET", "/v1/models", "").json();
    let model = &models.as_array().unwrap()[0];
    let id = model["id"].as_str().unwrap();
    assert_eq!((&model["state"], &model["verdict"]["is"]), (&json!("active"), &json!("better")));
    let path = format!("/v1/models/{id}");
    let alone = SAMPLE.with_key("GET", &path, "").json();
    assert_eq!((&alone["id"], &alone["horizons"]), (&model["id"], &model["horizons"]));
    let card = SAMPLE.with_key("GET", &format!("{path}/card"), "").json();
    assert_eq!((&card["model"]["id"], &card["currency"]), (&model["id"], &json!("EUR")));
    let headline = &model["headline_over"];
    let measured =
        card["validation"]["horizons"].as_array().unwrap().iter().find(|one| one["late_over_days"] == *headline);
    assert_eq!(measured.unwrap()["all"]["model"]["metrics"]["brier"], model["verdict"]["model"]);
    assert!(card["drift"]["months"].is_array());
    // Who promotes is who holds the key.
    let promoted = SAMPLE.with_key("POST", &format!("{path}/promote"), "");
    assert_eq!(promoted.status, StatusCode::OK, "{}", promoted.body);
    assert_eq!((&promoted.json()["state"], &promoted.json()["promoted_by"]), (&json!("active"), &json!("tests-key")));
    for path in ["/v1/models/nothing", "/v1/models/nothing/card"] {
        is_problem(&SAMPLE.with_key("GET", path, ""), 404, "not_found");
    }
    is_problem(&SAMPLE.with_key("POST", "/v1/models/nothing/promote", ""), 404, "not_found");
    is_problem(&SAMPLE.bare("GET", "/v1/models"), 401, "unauthenticated");
}

/// Every `$ref` points at a schema that is there.
fn references_resolve(part: &Value, document: &Value) {
    match part {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                let place = reference.trim_start_matches('#');
                assert!(document.pointer(place).is_some(), "{reference}");
            }
            fields.values().for_each(|part| references_resolve(part, document));
        }
        Value::Array(parts) => parts.iter().for_each(|part| references_resolve(part, document)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_response_carries_the_headers() {
    for path in ["/healthz", "/login", "/v1/clients", "/nothing", "/docs/", "/assets/app.js"] {
        let answered = SAMPLE.bare("GET", path);
        assert!(answered.header("content-security-policy").contains("default-src 'self'"), "{path}");
        assert!(answered.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answered.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answered.header("referrer-policy"), "no-referrer", "{path}");
    }
}

#[test]
fn a_list_is_no_request_and_refusals_speak_of_json() {
    for (body, place, says) in [
        (r#"["C-0004",null,{"amount":"1"},null,false]"#, "#", "invalid type: array, expected an object"),
        (r#"{"client":"C-0012","quote":["1"]}"#, "#/quote", "invalid type: array, expected an object"),
        (r#"{"client":"C-0012","quote":null}"#, "#/quote", "invalid type: null, expected an object"),
        (
            r#"{"client":"C-0012","quote":{"amount":"1","terms_days":"x"}}"#,
            "#/quote/terms_days",
            "expected a whole number from 0 to 365",
        ),
        (r#"{"client":"C-0012","quote":{"amount":"1","vat_rate":"x"}}"#, "#/quote/vat_rate", "expected a number"),
        (
            r#"{"client":"C-0012","quote":{"amount":"1","end_of_month":"x"}}"#,
            "#/quote/end_of_month",
            "expected `days_then_month_end` or `month_end_then_days`",
        ),
    ] {
        let problem = is_problem(&SAMPLE.with_key("POST", "/v1/assessments", body), 422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], place, "{body}");
        let detail = problem["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains(says), "{body}: {detail}");
        for word in ["struct", "elements", "u16", "f64", "variant", "sequence"] {
            assert!(!detail.contains(word), "{body}: {detail}");
        }
    }
}

/// A list gives a chance as the nightly table holds it, to the last bit; an assessment rounds to six decimals.
#[test]
fn a_list_gives_whole_numbers_and_an_assessment_six_decimals() {
    let decimals = |value: &Value| value.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let page = SAMPLE.with_key("GET", "/v1/clients?limit=20", "").json();
    let chances: Vec<&Value> =
        page["clients"].as_array().unwrap().iter().map(|line| &line["late"][1]["probability"]).collect();
    assert!(chances.iter().any(|chance| decimals(chance) > 6), "{chances:?}");
    let answered = SAMPLE.with_key("POST", "/v1/assessments", QUOTE).json();
    let chances = answered["late"].as_object().unwrap();
    assert!(chances.values().filter(|value| value.is_f64()).all(|value| decimals(value) <= 6), "{chances:?}");
}

/// A decision sent twice under one key is taken once; another under it is refused; another caller's key is their own.
#[test]
fn a_write_with_a_key_is_done_once() {
    let desk = Sample::of_its_own();
    let body = json!({"client": "C-0012", "quote": {"amount": "90000"}, "as_of": "2026-05-31"}).to_string();
    let id = desk.with_key("POST", "/v1/assessments", &body).json()["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/assessments/{id}/override");
    let send = |path: &str, key: &str, body: &str| {
        let request = Request::post(path).header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {}", desk.key)).header("idempotency-key", key);
        desk.send(request.body(Body::from(body.to_owned())).unwrap())
    };
    let decline = json!({"decision": "decline", "reason": "r", "role": "sales"}).to_string();
    let (first, second) = (send(&path, "k-1", &decline), send(&path, "k-1", &decline));
    assert_eq!((first.status, &first.body), (StatusCode::OK, &second.body));
    assert_eq!((first.header("idempotency-replayed"), second.header("idempotency-replayed")), ("", "true"));
    assert_eq!(second.header("content-type"), first.header("content-type"));
    assert_eq!(desk.with_key("GET", &path, "").json()["rulings"].as_array().unwrap().len(), 1);
    let other = json!({"decision": "decline", "reason": "other", "role": "sales"}).to_string();
    is_problem(&send(&path, "k-1", &other), 422, "idempotency_key_reused");
    assert_eq!(send(&path, "k-2", &other).status, StatusCode::OK);
    // A refusal is an answer too.
    let bad = json!({"decision": "dance", "reason": "r", "role": "sales"}).to_string();
    let (first, second) = (send(&path, "k-3", &bad), send(&path, "k-3", &bad));
    assert_eq!((first.status, first.status), (second.status, StatusCode::CONFLICT));
    is_problem(&send("/v1/keys", "k-4", r#"{"name": "x", "scopes": "read"}"#), 422, "invalid_parameter");
    is_problem(&send(&path, &"k".repeat(256), &other), 422, "invalid_parameter");
}

#[test]
fn what_is_known_is_not_sent_again() {
    let ask = |tag: &str| {
        let request = Request::get("/v1/models").header("authorization", format!("Bearer {}", SAMPLE.key));
        SAMPLE.send(request.header("if-none-match", tag).body(Body::empty()).unwrap())
    };
    let first = ask("\"other\"");
    let tag = first.header("etag").to_owned();
    assert_eq!((first.status, tag.len()), (StatusCode::OK, 34));
    let known = ask(&tag);
    assert_eq!((known.status, known.body.as_str(), known.header("etag")), (StatusCode::NOT_MODIFIED, "", tag.as_str()));
}

#[test]
fn the_portfolio_is_told_as_of_an_evening() {
    let today = SAMPLE.with_key("GET", "/v1/portfolio", "").json();
    assert_eq!((&today["as_of"], &today["clients"]), (&json!("2026-05-31"), &json!(400)));
    let before = SAMPLE.with_key("GET", "/v1/portfolio?as_of=2024-05-31", "").json();
    assert!(before["clients"].as_u64() < today["clients"].as_u64());
    is_problem(&SAMPLE.with_key("GET", "/v1/portfolio?as_of=2026-06-01", ""), 422, "invalid_parameter");
}
