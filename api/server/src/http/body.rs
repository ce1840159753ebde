//! Extractors whose refusals are problem documents.

use std::marker::PhantomData;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};

use super::problem::{FieldFault, Problem, Refusal};

/// The largest body that is accepted, bytes: for the sentence of its refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LargestBody(pub usize);

impl LargestBody {
    fn words(&self) -> String {
        format!(": {} KiB at most", self.0 / 1024)
    }
}

/// A JSON body. What cannot be read is refused with the place where it stands.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Refusal::UnsupportedMediaType.because("send the body with `Content-Type: application/json`"));
        }
        let allowed = request.extensions().get::<LargestBody>().map_or_else(String::new, LargestBody::words);
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Refusal::BodyTooLarge.because(format!("the body is larger than is accepted{allowed}"))
            }
            _ => Refusal::MalformedJson.because("the body could not be read to its end"),
        })?;
        read(&bytes).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let Object(value) = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = pointer(error.path());
        refused(&error.into_inner(), place)
    })?;
    reader.end().map_err(|error| refused(&error, "#".to_owned()))?;
    Ok(value)
}

fn refused(error: &serde_json::Error, place: String) -> Problem {
    if error.is_data() {
        let fault = FieldFault::new(place, middle_cut(&plain(&error.to_string())));
        return Refusal::InvalidBody.because(format!("{}: {}", fault.pointer, fault.detail)).with(vec![fault]);
    }
    Refusal::MalformedJson.because(error.to_string())
}

/// `quote.amount` as a JSON pointer in a fragment (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold("#".to_owned(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } | Segment::Enum { variant: key } => {
            format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
        }
        Segment::Unknown => pointer,
    })
}

/// A value that stands in JSON as an object, and not as the list of its values that a reader would take as well.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer).map(Self)
    }
}

/// For `deserialize_with`: a field whose value is an object.
///
/// # Errors
/// When it is anything else, or the object is not what is wanted.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(FromMap(PhantomData))
}

struct FromMap<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for FromMap<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

/// What a reader says, in the words of JSON instead of those of the reader's own types.
pub fn plain(says: &str) -> String {
    const WORDS: [(&str, &str); 10] = [
        ("expected u16", "expected a whole number from 0 to 65535"),
        ("expected u8", "expected a whole number from 0 to 255"),
        ("expected u32", "expected a whole number, not negative"),
        ("expected u64", "expected a whole number, not negative"),
        ("expected usize", "expected a whole number, not negative"),
        ("expected f64", "expected a number"),
        ("invalid type: sequence", "invalid type: array"),
        ("invalid type: map", "invalid type: object"),
        ("unknown variant", "unknown word"),
        ("expected string or map", "expected a string"),
    ];
    WORDS.iter().fold(says.to_owned(), |says, (theirs, ours)| says.replace(theirs, ours))
}

/// A sentence that repeats a long value, without the middle of it: what was expected stands at the end.
fn middle_cut(says: &str) -> String {
    const LONGEST: usize = 400;
    const KEPT: usize = 150;
    let length = says.chars().count();
    if length <= LONGEST {
        return says.to_owned();
    }
    let (head, tail) = (says.chars().take(KEPT), says.chars().skip(length - KEPT));
    head.chain(['…']).chain(tail).collect()
}

/// A part of the path of a URL.
#[derive(Debug)]
pub struct PathPart<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathPart<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Path::<T>::from_request_parts(parts, state).await;
        read.map(|Path(value)| Self(value))
            .map_err(|rejection| Refusal::InvalidParameter.because(plain(&rejection.body_text())))
    }
}

/// The query of a URL.
#[derive(Debug)]
pub struct Parameters<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Query::<T>::from_request_parts(parts, state).await;
        read.map(|Query(value)| Self(value)).map_err(|rejection| {
            let says = plain(&rejection.body_text());
            let says = says.strip_prefix("Failed to deserialize query string: ").unwrap_or(&says);
            Refusal::InvalidParameter.because(middle_cut(says))
        })
    }
}

/// How many a page holds.
///
/// # Errors
/// When none, or more than the most, are asked for.
pub fn page_size(asked: Option<u64>, usual: u64, most: u64) -> Result<u64, Problem> {
    let size = asked.unwrap_or(usual);
    if (1..=most).contains(&size) {
        return Ok(size);
    }
    let fault = FieldFault::new("limit", format!("found {size}, expected 1 to {most}"));
    Err(Refusal::InvalidParameter.because(fault.detail.clone()).with(vec![fault]))
}

/// The query of a URL that takes none: a mistyped or misplaced parameter must not be passed over.
#[derive(Debug)]
pub struct NoParameters;

impl<S: Send + Sync> FromRequestParts<S> for NoParameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parts.uri.query() {
            None | Some("") => Ok(Self),
            Some(found) => {
                let found = middle_cut(found);
                Err(Refusal::InvalidParameter.because(format!("found `{found}`, this path takes no parameters")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read for its refusals")]
    struct Outer {
        inner: Inner,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read for its refusals")]
    struct Inner {
        number: u8,
    }

    #[test]
    fn each_refusal_says_where() {
        for (body, code, place) in [
            ("", "malformed_json", None),
            ("{", "malformed_json", None),
            (r#"{"inner":{"number":1}} x"#, "malformed_json", None),
            (r#"{"inner":{"number":"1"}}"#, "invalid_body", Some("#/inner/number")),
            (r#"{"inner":{"number":300}}"#, "invalid_body", Some("#/inner/number")),
            (r#"{"inner":{"nomber":1}}"#, "invalid_body", Some("#/inner/nomber")),
            (r#"{"inner":{}}"#, "invalid_body", Some("#/inner")),
            ("[]", "invalid_body", Some("#")),
            (r#"[{"number":1}]"#, "invalid_body", Some("#")),
            ("null", "invalid_body", Some("#")),
        ] {
            let problem = read::<Outer>(body.as_bytes()).unwrap_err();
            assert_eq!(problem.code, code, "{body}");
            assert_eq!(problem.errors.first().map(|fault| fault.pointer.as_str()), place, "{body}");
        }
        assert!(read::<Outer>(br#"{"inner":{"number":1}}"#).is_ok());
    }
}
