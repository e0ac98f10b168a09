// Confined runs of untrusted programs.
