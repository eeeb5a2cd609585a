"""What may happen next to a contact, who must agree, and by when. Pure: knows nothing of SQL, HTTP or the time."""
