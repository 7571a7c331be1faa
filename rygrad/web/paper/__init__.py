"""Everything on paper: the same templates and content as the pages, as a page to print and as a tagged PDF."""
