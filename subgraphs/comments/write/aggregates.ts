import { comment } from './comment.ts'

/** The aggregates that the service writes, each to a topic that it owns. */
export const aggregates = [comment]
