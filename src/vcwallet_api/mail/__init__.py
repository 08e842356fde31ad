"""Mail: composed in the learner's language, written into the outbox with the data it is about, sent by a job."""
