import type { Connection } from '#cqrs/graphql/page.ts'
import type { Preview } from './read/queries/latest-comments.ts'
import type { SeenPost } from './read/queries/seen-posts.ts'
import type { Post } from './write/states.ts'

type Denormalized = 'username' | 'fullName' | 'commentsCount' | 'favoritesCount'

/**
 * What the resolvers of Post start from: a row of the read tables, or the state that a command just committed, which has
 * nothing denormalized.
 */
export type PostNode = Omit<SeenPost, Denormalized> &
  Partial<Pick<SeenPost, Denormalized>> & {
    /** What the command that was just committed knows of it. */
    readonly viewerHasFavorited?: boolean
  }

/** A user that posts can name, or only refer to. */
export type UserNode = { readonly id: string; readonly username?: string; readonly fullName?: string }

/** A comment below a post, or only a reference to one. */
export type CommentNode = Pick<Preview, 'id'> & Partial<Preview>

export type PostConnectionNode = Connection<PostNode>

/**
 * A state as queries will answer it, once it has come through the log: null for a deleted post, which a command answers
 * when it is repeated under an idempotency key.
 */
export const fromState = (state: Post): PostNode | null =>
  state.deleted
    ? null
    : {
        id: state.id,
        version: state.version,
        authorId: state.authorId,
        title: state.title,
        slug: state.slug,
        body: state.body,
        tags: state.tags,
        status: state.draft ? 'DRAFT' : 'PUBLISHED',
        createdAt: state.createdAt,
        updatedAt: state.updatedAt,
        publishedAt: state.publishedAt,
      }
