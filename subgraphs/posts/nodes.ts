import type { Connection } from '#cqrs/graphql/page.ts'
import type { Author } from './read/queries/authors.ts'
import type { Preview } from './read/queries/latest-comments.ts'
import type { SeenPost } from './read/queries/seen-posts.ts'
import type { Post } from './write/states.ts'

type Projected =
  | 'username'
  | 'fullName'
  | 'avatarUrl'
  | 'commentsCount'
  | 'favoritesCount'
  | 'excerpt'
  | 'readingMinutes'

/**
 * The parent object of Post's resolvers: a row of the read tables, or the state that a command just committed, which
 * has only its own fields.
 */
export type PostNode = Omit<SeenPost, Projected> &
  Partial<Pick<SeenPost, Projected>> & {
    /** Set when a command has just changed it. */
    readonly viewerHasFavorited?: boolean
  }

/** A user. Without a name it is only a reference. */
export type UserNode = Pick<Author, 'id'> & Partial<Author>

/** A comment below a post, or only a reference to one. */
export type CommentNode = Pick<Preview, 'id'> & Partial<Preview>

export type PostConnectionNode = Connection<PostNode>

/**
 * The node that queries will return for this state once it is projected. Null for a deleted post: a command that is
 * repeated with its idempotency key can load one.
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
        isHidden: state.hidden,
        hiddenReason: state.hiddenReason,
      }
