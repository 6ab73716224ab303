/** The condition for a user whose own event was projected and who is not deleted. */
export const there = { deleted: false, version: { gt: 0 } }
