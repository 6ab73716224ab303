import { randomUUID } from 'node:crypto'
import type { Reply } from '../support/graphql.ts'
import { bearer } from '../support/sign-up.ts'

/** A reply, the tokens of a request and of its reply, and how long it took in milliseconds. */
export type Answer = Reply<Record<string, unknown>> & { readonly token: string | null; readonly ms: number }

/** Sends GraphQL with tokens, and keeps nothing. */
export const tokenClient =
  (gatewayUrl: string) =>
  async (query: string, variables: object, headers: Record<string, string> = {}): Promise<Answer> => {
    const began = performance.now()
    const response = await fetch(gatewayUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    })
    const reply = (await response.json()) as Reply<Record<string, unknown>>
    return {
      ...reply,
      status: response.status,
      token: response.headers.get('consistency-token'),
      ms: performance.now() - began,
    }
  }

/** What a query must answer once it contains everything that its client wrote. */
export type Check = {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  /** Undefined when the answer is right, else what is stale about it. */
  // biome-ignore lint/suspicious/noExplicitAny: tests assert the shape of a reply; a type would repeat it
  readonly stale: (data: any) => string | undefined
}

export type Step = {
  readonly name: string
  readonly mutation: string
  readonly input: Readonly<Record<string, unknown>>
  /** Takes over what the mutation returned, and names the query that must show it. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly then: (payload: any) => Check
  /** Sent as somebody else than the client itself. */
  readonly as?: string
}

const same = (what: string, found: unknown, expected: unknown) =>
  JSON.stringify(found) === JSON.stringify(expected)
    ? undefined
    : `${what} is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`

const mutation = (name: string, selection: string) => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
  return `mutation($input: ${type}!) { it: ${name}(input: $input) { ${selection} errors { code path } } }`
}

/**
 * One client's world: a user of its own and what this user wrote, so that no other client changes what it expects.
 * @param others ids of users to follow @param moderator the access token of one
 * @param account the input of an account that is not there
 */
export function createWorld(
  me: { readonly id: string; readonly accessToken: string },
  others: readonly string[],
  moderator: string,
  account: () => { readonly username: string; readonly password: string },
) {
  const drafts = new Set<string>()
  /** The titles of published posts. */
  const posts = new Map<string, string>()
  /** The visible comments of posts, by their post: id → body, newest last. */
  const comments = new Map<string, Map<string, string>>()
  /** Hidden comments, with the posts that they are on. */
  const hiddenComments = new Map<string, { readonly postId: string; readonly body: string }>()
  const favorites = new Set<string>()
  /** Hidden posts, and how each is expected again once it is shown. */
  const hidden = new Map<string, () => void>()
  const follows = new Set<string>()
  /** Accounts that this client opened besides its own. */
  const opened = new Set<{ readonly username: string; readonly password: string; readonly accessToken: string }>()
  let fullName: string | undefined
  const unique = () => randomUUID().slice(0, 8)

  const titles: () => Check = () => ({
    // Counters are in another table than rows; users' own page is another service's.
    query: `query($id: ID!) { posts(filter: { authorId: $id }, first: 100) { totalCount nodes { id title } } user(id: $id) { postsCount } }`,
    variables: { id: me.id },
    stale: ({ posts: page, user }) =>
      same('postsCount', user?.postsCount, posts.size) ??
      same('totalCount', page?.totalCount, posts.size) ??
      same(
        'titles',
        page?.nodes.map((node: { title: string }) => node.title).toSorted(),
        [...posts.values()].toSorted(),
      ),
  })
  const commentsOf = (postId: string): Check => ({
    query: `query($id: ID!) { post(id: $id) { commentsCount latestComments(first: 10) { id body } comments(first: 100) { nodes { id body } } } }`,
    variables: { id: postId },
    stale({ post }) {
      const expected = [...(comments.get(postId) ?? [])].map(([id, body]) => ({ id, body }))
      return (
        same('commentsCount', post?.commentsCount, counted.get(postId) ?? 0) ??
        same('latestComments', post?.latestComments.toReversed(), expected.slice(-10)) ??
        same(
          'comments',
          post?.comments.nodes.filter(({ body }: { body: string }) => body !== ''),
          expected,
        )
      )
    },
  })
  /** Comments that count: hidden ones do. */
  const counted = new Map<string, number>()
  const favored: () => Check = () => ({
    query:
      'query($id: ID!) { posts(filter: { favoritedBy: $id }, first: 100) { nodes { id favoritesCount viewerHasFavorited } } }',
    variables: { id: me.id },
    stale: ({ posts: page }) =>
      same('favorites', page?.nodes.map((node: { id: string }) => node.id).toSorted(), [...favorites].toSorted()) ??
      page?.nodes
        .map((node: object) =>
          same('a favorite', { ...node, id: undefined }, { favoritesCount: 1, viewerHasFavorited: true }),
        )
        .find((problem: string | undefined) => problem),
  })
  const following = (id: string): Check => ({
    query:
      'query($id: ID!, $me: ID!) { them: user(id: $id) { viewerIsFollowing } me: user(id: $me) { followingCount } }',
    variables: { id, me: me.id },
    stale: ({ them, me: mine }) =>
      same('viewerIsFollowing', them?.viewerIsFollowing, follows.has(id)) ??
      same('followingCount', mine?.followingCount, follows.size),
  })
  const named = (username: string, isThere: boolean): Check => ({
    query:
      'query($name: String!) { userByUsername(username: $name) { username posts { totalCount } } users(first: 100) { nodes { username } } }',
    variables: { name: username },
    stale: ({ userByUsername: found, users }) =>
      same('userByUsername', found, isThere ? { username, posts: { totalCount: 0 } } : null) ??
      same(
        'the list',
        users?.nodes.some((node: { username: string }) => node.username === username),
        isThere,
      ),
  })
  const remove = (postId: string) => {
    posts.delete(postId)
    comments.delete(postId)
    counted.delete(postId)
    favorites.delete(postId)
    for (const [id, on] of hiddenComments) if (on.postId === postId) hiddenComments.delete(id)
  }

  /** Mutations that are possible now, by their names. */
  function possible(pick: <T>(from: Iterable<T>) => T): Readonly<Record<string, (() => Step) | false>> {
    const post = () => pick(posts.keys())
    const commented = [...comments].filter(([, of]) => of.size > 0).map(([id]) => id)
    const comment = () => {
      const postId = pick(commented)
      return { postId, id: pick((comments.get(postId) as Map<string, string>).keys()) }
    }
    const step = (name: string, selection: string, input: Step['input'], then: Step['then'], as?: string): Step => ({
      name,
      mutation: mutation(name, selection),
      input,
      then,
      ...(as ? { as } : {}),
    })
    const create = (status: 'DRAFT' | 'PUBLISHED') => () => {
      const title = `Post ${unique()}`
      return step('createPost', 'post { id }', { title, body: 'Ink.', status }, ({ post: { id } }) => {
        if (status === 'DRAFT') drafts.add(id)
        else posts.set(id, title)
        return status === 'DRAFT'
          ? {
              query: '{ drafts(first: 100) { nodes { id } } }',
              variables: {},
              stale: ({ drafts: page }) =>
                same('drafts', page?.nodes.map((node: { id: string }) => node.id).toSorted(), [...drafts].toSorted()),
            }
          : titles()
      })
    }
    return {
      createPost: create('PUBLISHED'),
      createDraft: create('DRAFT'),
      updatePost:
        posts.size > 0 &&
        (() => {
          const [id, title] = [post(), `Post ${unique()}`]
          return step('updatePost', 'post { id }', { id, title }, () => {
            posts.set(id, title)
            return titles()
          })
        }),
      publishPost:
        drafts.size > 0 &&
        (() => {
          const id = pick(drafts)
          return step('publishPost', 'post { id title }', { id }, ({ post: { title } }) => {
            drafts.delete(id)
            posts.set(id, title)
            return titles()
          })
        }),
      deletePost:
        posts.size > 2 &&
        (() => {
          const id = post()
          return step('deletePost', 'deletedPostId', { id }, () => {
            remove(id)
            return titles()
          })
        }),
      hidePost:
        posts.size > 2 &&
        (() => {
          const id = post()
          return step(
            'hidePost',
            'post { id }',
            { id, reason: 'a test' },
            () => {
              const [title, of, count] = [posts.get(id) as string, comments.get(id), counted.get(id)]
              const favorite = favorites.has(id)
              remove(id)
              hidden.set(id, () => {
                posts.set(id, title)
                if (of) comments.set(id, of)
                if (count !== undefined) counted.set(id, count)
                if (favorite) favorites.add(id)
              })
              return titles()
            },
            moderator,
          )
        }),
      unhidePost:
        hidden.size > 0 &&
        (() => {
          const id = pick(hidden.keys())
          const then = () => {
            hidden.get(id)?.()
            hidden.delete(id)
            return titles()
          }
          return step('unhidePost', 'post { id }', { id }, then, moderator)
        }),
      createComment:
        posts.size > 0 &&
        (() => {
          const [postId, body] = [post(), `Comment ${unique()}`]
          return step('createComment', 'comment { id }', { postId, body }, ({ comment: { id } }) => {
            comments.set(postId, new Map([...(comments.get(postId) ?? []), [id, body]]))
            counted.set(postId, (counted.get(postId) ?? 0) + 1)
            return commentsOf(postId)
          })
        }),
      editComment:
        commented.length > 0 &&
        (() => {
          const [{ postId, id }, body] = [comment(), `Comment ${unique()}`]
          return step('editComment', 'comment { id }', { id, body }, () => {
            comments.get(postId)?.set(id, body)
            return commentsOf(postId)
          })
        }),
      deleteComment:
        commented.length > 0 &&
        (() => {
          const { postId, id } = comment()
          return step('deleteComment', 'comment { id }', { id }, () => {
            comments.get(postId)?.delete(id)
            counted.set(postId, (counted.get(postId) ?? 1) - 1)
            return commentsOf(postId)
          })
        }),
      hideComment:
        commented.length > 0 &&
        (() => {
          const { postId, id } = comment()
          const then = () => {
            hiddenComments.set(id, { postId, body: comments.get(postId)?.get(id) ?? '' })
            comments.get(postId)?.delete(id)
            return commentsOf(postId)
          }
          return step('hideComment', 'comment { id }', { id, reason: 'a test' }, then, moderator)
        }),
      unhideComment:
        hiddenComments.size > 0 &&
        (() => {
          const id = pick(hiddenComments.keys())
          const { postId, body } = hiddenComments.get(id) as { postId: string; body: string }
          const then = () => {
            hiddenComments.delete(id)
            // Ids are in the order of creation.
            const all = [...(comments.get(postId) ?? []), [id, body] as const].toSorted()
            comments.set(postId, new Map(all))
            return commentsOf(postId)
          }
          return step('unhideComment', 'comment { id }', { id }, then, moderator)
        }),
      favoritePost:
        posts.size > favorites.size &&
        (() => {
          const id = pick([...posts.keys()].filter((one) => !favorites.has(one)))
          return step('favoritePost', 'post { id }', { id }, () => {
            favorites.add(id)
            return favored()
          })
        }),
      unfavoritePost:
        favorites.size > 0 &&
        (() => {
          const id = pick(favorites)
          return step('unfavoritePost', 'post { id }', { id }, () => {
            favorites.delete(id)
            return favored()
          })
        }),
      followUser:
        follows.size < others.length &&
        (() => {
          const userId = pick(others.filter((one) => !follows.has(one)))
          return step('followUser', 'user { id }', { userId }, () => {
            follows.add(userId)
            return following(userId)
          })
        }),
      unfollowUser: () => {
        // Also one that was never followed: nothing is written then.
        const userId = pick(others)
        return step('unfollowUser', 'user { id }', { userId }, () => {
          follows.delete(userId)
          return following(userId)
        })
      },
      createUser: () => {
        const input = account()
        return step('createUser', 'session { accessToken }', input, ({ session: { accessToken } }) => {
          opened.add({ ...input, accessToken })
          return named(input.username, true)
        })
      },
      deleteAccount:
        opened.size > 0 &&
        (() => {
          const gone = pick(opened)
          const { username, password, accessToken } = gone
          const then = () => {
            opened.delete(gone)
            return named(username, false)
          }
          return step('deleteAccount', 'deletedUserId', { password }, then, accessToken)
        }),
      updateProfile: () => {
        const name = `Name ${unique()}`
        return step('updateProfile', 'user { id }', { fullName: name }, () => {
          fullName = name
          return {
            query: `query($id: ID!) { user(id: $id) { fullName comments(first: 5) { nodes { author { fullName } } } posts(first: 5) { nodes { author { fullName } } } } }`,
            variables: { id: me.id },
            stale: ({ user }) =>
              [user, ...(user?.comments?.nodes ?? []).map(authorOf), ...(user?.posts?.nodes ?? []).map(authorOf)]
                .map((one) => same('fullName', one?.fullName, fullName))
                .find((problem) => problem),
          }
        })
      },
    }
  }
  return { possible, headers: bearer(me.accessToken) }
}

const authorOf = ({ author }: { author: { fullName: string } }) => author
