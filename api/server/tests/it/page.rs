//! The pages as a browser gets them.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::support::{PASSWORD, SAMPLE, USER, page_of_a_client_called, page_of_a_ledger};

const CHECK: &str = "/?q=C-0012&amount=18000&terms=45";

#[test]
fn whoever_is_not_logged_in_is_asked_to_and_comes_back() {
    let sent = SAMPLE.bare("GET", CHECK);
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert_eq!(sent.header("location"), "/login?next=/%3Fq%3DC-0012%26amount%3D18000%26terms%3D45");
    let form = format!("name={USER}&password={}&next=/%3Fq%3DC-0012", PASSWORD.replace(' ', "+"));
    let request = Request::post("/login").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let entered = SAMPLE.send(request.body(Body::from(form)).unwrap());
    assert_eq!(entered.header("location"), "/?q=C-0012");
    let cookie = entered.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
}

#[test]
fn a_wrong_password_is_told_and_a_logout_ends_the_session() {
    let request = Request::post("/login").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let refused = SAMPLE.send(request.body(Body::from("name=somebody&password=wrong")).unwrap());
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.body.contains("ne vont pas ensemble"));
    let cookie = SAMPLE.log_in();
    let with = |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path).header(header::COOKIE, &cookie);
        SAMPLE.send(request.body(Body::empty()).unwrap()).status
    };
    assert_eq!(with("GET", "/"), StatusCode::OK);
    assert_eq!(with("POST", "/logout"), StatusCode::SEE_OTHER);
    assert_eq!(with("GET", "/"), StatusCode::SEE_OTHER);
}

#[test]
fn the_answer_is_there_in_both_languages() {
    for (path, words) in [
        (
            CHECK.to_owned(),
            ["Offres prêtes", "La limite et son calcul", "Ce que dit la loi", "Fait avec", "toujours le"],
        ),
        (
            format!("{CHECK}&lang=en"),
            ["Ready offers", "The limit and its working", "What the law says", "Made with", "always"],
        ),
    ] {
        let page = SAMPLE.page(&path);
        assert_eq!(page.status, StatusCode::OK);
        for word in words {
            assert!(page.body.contains(word), "{path}: {word}");
        }
    }
    let english = SAMPLE.page(&format!("{CHECK}&lang=en"));
    assert!(english.header("set-cookie").starts_with("lang=en"));
    assert!(english.body.contains(r#"<html lang="en">"#));
}

fn card_path() -> String {
    let models = SAMPLE.with_key("GET", "/v1/models", "").json();
    format!("/models/{}", models[0]["id"].as_str().unwrap())
}

#[test]
fn a_model_has_its_card_in_both_languages() {
    let path = card_path();
    assert!(SAMPLE.page("/models").body.contains(&format!("href=\"{path}\"")));
    for (lang, words) in [
        (
            "fr",
            [
                "il peut décider",
                "Sur les factures venues après",
                "Sans les mauvais payeurs",
                "Tient-il encore\u{202f}?",
                "risqué",
            ],
        ),
        ("en", ["it may decide", "On later invoices", "Apart from clients known", "Does it still hold?", "risky"]),
    ] {
        let page = SAMPLE.page(&format!("{path}?lang={lang}"));
        assert_eq!(page.status, StatusCode::OK);
        for word in words {
            assert!(page.body.contains(word), "{lang}: {word}");
        }
        // Three pictures: ten tenths, two lines, bars.
        assert_eq!(page.body.matches("class=\"plot\"").count(), 3);
        assert!((5..=10).contains(&page.body.matches("<circle").count()), "{lang}");
        assert_eq!(page.body.matches("<polyline").count(), 2);
        assert!(page.body.matches("<rect x=").count() > 5);
    }
    let unknown = SAMPLE.page("/models/nothing");
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    let card = card_path();
    for path in ["/", CHECK, "/?q=a&amount=1", "/?q=C-0012&amount=x", "/models", card.as_str()] {
        let page = SAMPLE.page(path).body;
        for forbidden in [" style=", "<style", "javascript:", " onclick=", "http://", "https://"] {
            let page = page.replace("http://www.w3.org/2000/svg", "");
            assert!(!page.contains(forbidden), "{path}: {forbidden}");
        }
    }
}

#[test]
fn each_state_has_its_page() {
    for (path, status, words) in [
        ("/", 200, "À surveiller"),
        ("/?q=agence&amount=5000", 404, "Lequel"),
        ("/?q=qwertyuiop&amount=5000", 404, "Personne de ce nom"),
        ("/?q=C-0012&amount=cent", 422, "Un montant comme 18"),
        ("/?q=C-0012&amount=", 422, "aria-invalid"),
        ("/?q=C-0012", 200, r#"value="C-0012""#),
        ("/?q=000000216&amount=500", 200, "Crêperie Sédépage"),
        ("/assessments/unknown", 404, "Impossible de répondre"),
    ] {
        let page = SAMPLE.page(path);
        assert_eq!(page.status.as_u16(), status, "{path}");
        assert!(page.body.contains(words), "{path}: {}", page.body);
    }
    let request = Request::get("/nothing").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    assert!(SAMPLE.send(request).body.contains("Page inconnue"));
}

#[test]
fn what_went_wrong_is_said_in_the_reader_s_language_and_the_detail_below() {
    let ledger = "A,1,2026-01-01,2026-01-31,100,,USD\n";
    let csv = format!("client_id,invoice_id,issue_date,due_date,amount,paid_date,currency\n{ledger}");
    for (path, sentence) in [
        ("/?q=A&amount=100&lang=fr", "Le grand livre et la politique ne sont pas dans la même monnaie"),
        ("/?q=A&amount=100&lang=en", "Ledger and policy are not in the same currency"),
    ] {
        let page = page_of_a_ledger(csv.clone(), path);
        assert!(page.contains(sentence), "{path}: {page}");
        assert!(page.contains("the ledger is kept in USD, the policy judges in EUR"), "{path}: {page}");
    }
    let page = SAMPLE.page("/assessments/unknown?lang=fr").body;
    let (sentence, detail) = ("Ce qui est demandé n’existe pas.", r#"<p class="detail" lang="en">no assessment"#);
    assert!(page.find(sentence) < page.find(detail) && page.contains(detail), "{page}");
}

#[test]
fn an_answer_is_kept_and_shown_again() {
    let form = "q=C-0012&amount=18+000&terms=45";
    let request = Request::post("/assessments")
        .header(header::COOKIE, SAMPLE.log_in())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let kept = SAMPLE.send(request.body(Body::from(form)).unwrap());
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    let page = SAMPLE.page(kept.header("location"));
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Réponse enregistrée le"));
}

#[test]
fn search_finds_by_a_few_letters() {
    let found = SAMPLE.page("/search?q=creperie").json();
    let found = found.as_array().unwrap();
    assert!(!found.is_empty());
    assert!(found.iter().all(|hit| hit["value"].as_str().unwrap().contains(" · ")), "{found:?}");
}

#[test]
fn names_are_escaped() {
    let name = "<script>alert(1)</script>&\"";
    for path in ["/", "/?q=A&amount=100", "/?q=%3Cscript%3E&amount=1&delivery=%22%3E%3Cb%3E"] {
        let page = page_of_a_client_called(&name.replace('"', ""), path);
        assert!(!page.contains("<script>alert"), "{path}");
        assert!(!page.contains("\"><b>"), "{path}");
    }
    assert!(page_of_a_client_called("<i>x</i>", "/?q=A&amount=100").contains("&#60;i&#62;x"));
}

#[test]
fn a_link_of_the_first_page_fills_in_the_form_and_blames_nobody() {
    let first = SAMPLE.page("/").body;
    let link = first.split("<a href=\"").find(|part| part.starts_with("/?q=")).unwrap();
    let link = link.split('"').next().unwrap();
    let page = SAMPLE.page(link);
    assert_eq!(page.status, StatusCode::OK, "{link}");
    for fault in ["aria-invalid", "role=\"alert\"", "n’a pas été compris"] {
        assert!(!page.body.contains(fault), "{link}: {fault}");
    }
    assert!(page.body.contains("autofocus"), "{link}");
}

#[test]
fn an_address_that_is_no_text_has_its_page() {
    for path in ["/assessments/%ff", "/?q=a&q=b"] {
        let page = SAMPLE.page(path);
        assert!(page.status.is_client_error(), "{path}");
        assert!(page.header("content-type").starts_with("text/html"), "{path}: {}", page.body);
    }
}
