//! A mail as a value.

/// One plain-text mail.
#[derive(Clone, PartialEq, Eq)]
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
    /// The message id of the mail that it follows, without the angle brackets: mail programs and helpdesks show both as
    /// one conversation.
    pub in_reply_to: Option<String>,
    /// The message ids of the conversation, oldest first, without the angle brackets; where none is given it is
    /// `in_reply_to` alone.
    pub references: Vec<String>,
    /// A person wrote it, to a person; else it says that a program did, so that no assistant answers it.
    pub by_hand: bool,
    /// Name of the SMTP server in the configuration of the sender.
    pub server: String,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Addresses and texts are of people: logs get neither.
        f.debug_struct("Mail")
            .field("server", &self.server)
            .field("message_id", &self.message_id)
            .field("recipients", &self.to.len())
            .finish_non_exhaustive()
    }
}
