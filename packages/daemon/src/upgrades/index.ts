// The door of upgrades: which states this program knows, the copy before, and a database made again.
export { stepFor } from './known.ts';
export { recoverDatabase } from './recover-database.ts';
export { prepareUpgrade, settleUpgrade, upgradeFailed } from './upgrade.ts';
