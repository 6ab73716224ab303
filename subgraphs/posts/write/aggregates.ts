import { favorite } from './favorite.ts'
import { post } from './post.ts'

/** The aggregates that the service writes, each to a topic that it owns. */
export const aggregates = [post, favorite]
