// What a script adds to recording a contact: what is written is kept while the call goes on.
import { keepDrafts } from "./drafts.js";

const form = document.querySelector("form[data-draft]");
if (form) keepDrafts(form);
