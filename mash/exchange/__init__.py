"""Rule sets to and from other people's tools: DMN decision tables out, plain tables of descriptors out and in. Pure."""
