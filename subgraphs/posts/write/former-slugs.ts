import type { Post } from './states.ts'

/** How many former slugs lead to a post at most: the oldest are forgotten. */
const MOST = 100

/** The slugs that go on leading to a post once it has a new one. A draft's slug has led nobody anywhere. */
export function formerSlugs({ draft, slug, formerSlugs }: Post, newSlug: string): readonly string[] {
  if (draft || newSlug === slug) return formerSlugs
  return [...formerSlugs.filter((former) => former !== newSlug), slug].slice(-MOST)
}
