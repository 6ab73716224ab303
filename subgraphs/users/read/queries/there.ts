/** A user whose own event has come and who is there. */
export const there = { deleted: false, version: { gt: 0 } }
