//! A mail as a value.

/// One plain-text mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Sender address, with or without a name.
    pub from: String,
    /// Recipient addresses.
    pub to: Vec<String>,
    /// Subject, one line.
    pub subject: String,
    /// Body, plain text.
    pub text: String,
    /// Unique and the same on every try, without the angle brackets, such as `case-7.queue-1@gehoor`.
    pub message_id: String,
    /// Name of the SMTP server in the configuration of the sender.
    pub server: String,
}
