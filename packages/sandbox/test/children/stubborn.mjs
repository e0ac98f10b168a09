// A child's program that never gets ready: it ends at once.
process.exit(3);
