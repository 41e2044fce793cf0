//! Errors for programs: `application/problem+json` (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gehoor_engine::EngineError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Fail, inside};

/// An error, as a program reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Names the kind of problem; `about:blank` when the status says it all.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The kind in words.
    pub(crate) title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub(crate) status: u16,
    /// What happened here and what to do.
    pub(crate) detail: String,
}

impl Problem {
    /// A problem of a status.
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
        }
    }
    /// No token, or one that no longer holds.
    pub(crate) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "send a valid token as `Authorization: Bearer …`; an administrator makes one in the settings",
        )
    }
    /// Not there, or not within the scope.
    pub(crate) fn not_found(detail: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }
    /// A method that is not offered.
    pub(crate) fn method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "this resource does not take that method: see /api/v1/openapi.json",
        )
    }
    /// Something cannot be read.
    pub(crate) fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        let status = match &error {
            EngineError::NotFound(_) | EngineError::NotPushed(_) => StatusCode::NOT_FOUND,
            EngineError::Forbidden(_) => StatusCode::FORBIDDEN,
            EngineError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            EngineError::BadInput(_) | EngineError::Unusable(_) | EngineError::Query(_) => {
                StatusCode::BAD_REQUEST
            }
            EngineError::Conflict(_) | EngineError::Raced(_) => StatusCode::CONFLICT,
            EngineError::Store(_) | EngineError::Index(_) | EngineError::Classify(_) => {
                inside(&error);
                return Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "something of ours failed; nothing was lost: try again",
                );
            }
        };
        Self::new(status, error.to_string())
    }
}

impl From<Fail> for Problem {
    fn from(fail: Fail) -> Self {
        let status = fail.status();
        match fail {
            Fail::Bad(why) | Fail::Refused(why) => {
                Self::new(status, format!("{why} cannot be used as it is"))
            }
            Fail::Field(name) => Self::new(status, format!("field `{name}` cannot be used as it is")),
            Fail::Unusable(why) => Self::new(status, why.to_string()),
            Fail::Query(wrong) => Self::new(status, wrong.to_string()),
            Fail::TooMany => Self::new(status, "too many at once: wait a moment"),
            Fail::TooLarge => Self::new(status, "the body is too large"),
            _ => Self::new(status, "the request could not be carried out"),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"gehoor\""));
        }
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}
