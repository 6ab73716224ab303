import type { Post } from './states.ts'

/** How many former slugs lead to a post at most: the oldest are dropped. */
const MOST = 100

/** The slugs that still lead to a post after it gets a new one. A draft's slug was never public, so it is dropped. */
export function formerSlugs({ draft, slug, formerSlugs }: Post, newSlug: string): readonly string[] {
  if (draft || newSlug === slug) return formerSlugs
  return [...formerSlugs.filter((former) => former !== newSlug), slug].slice(-MOST)
}
