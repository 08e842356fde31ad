"""What a credential says: views over the document, and the rules that its structure keeps."""
