import { randomUUID } from 'node:crypto'
import {
  type Authorization,
  authorAlone,
  authorOrModerator,
  draftsAuthor,
  hiddenFor,
  type Row,
  type System,
  signedIn,
} from '../authorization.ts'
import { newDraft, newHidden, newPost } from './new-post.ts'

const published = async (system: System) => ({ id: (await newPost(system)).id })
const draft = async (system: System) => ({ id: (await newDraft(system)).id })
const hidden = async (system: System) => ({ id: (await newHidden(system)).id })

const hiddenAuthor = ['UNAUTHENTICATED', 'POST_NOT_FOUND', 'done', 'FORBIDDEN'] as const
const hiddenAuthorOrModerator = ['UNAUTHENTICATED', 'POST_NOT_FOUND', 'done', 'done'] as const
const withReason = (input: typeof published) => async (system: System) => ({ ...(await input(system)), reason: 'r' })

export const authorization: Authorization = {
  mutations: [
    {
      mutation: 'createPost',
      of: 'a post',
      input: () => ({ title: `On ink ${randomUUID()}`, body: 'b' }),
      answers: signedIn,
    },
    ...['updatePost', 'publishPost', 'deletePost'].flatMap((mutation): Row[] => [
      {
        ...{ mutation, of: 'a published post', input: published },
        answers: mutation === 'deletePost' ? authorOrModerator : authorAlone,
      },
      { mutation, of: 'a draft', input: draft, answers: draftsAuthor },
      {
        ...{ mutation, of: 'a hidden post', input: hidden },
        answers: mutation === 'deletePost' ? hiddenAuthorOrModerator : hiddenAuthor,
      },
    ]),
    ...(['hidePost', 'unhidePost'] as const).flatMap((mutation): Row[] => {
      const input = mutation === 'hidePost' ? withReason : (of: typeof published) => of
      return [
        {
          ...{ mutation, of: 'a published post', input: input(published) },
          answers: ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'done'],
        },
        {
          ...{ mutation, of: 'a draft', input: input(draft) },
          answers: ['UNAUTHENTICATED', 'POST_NOT_FOUND', 'FORBIDDEN', 'POST_NOT_FOUND'],
        },
        {
          ...{ mutation, of: 'a hidden post', input: input(hidden) },
          answers: ['UNAUTHENTICATED', 'POST_NOT_FOUND', 'FORBIDDEN', 'done'],
        },
      ]
    }),
    ...['favoritePost', 'unfavoritePost'].flatMap((mutation): Row[] => [
      { mutation, of: 'a published post', input: published, answers: signedIn },
      { mutation, of: 'a draft', input: draft, answers: draftsAuthor },
      { mutation, of: 'a hidden post', input: hidden, answers: hiddenAuthorOrModerator },
    ]),
  ],
  pathsToDraft: [
    { path: 'post', query: 'post(id: $id) { id }', author: true, hidden: hiddenFor },
    { path: 'postBySlug', query: 'postBySlug(slug: $slug) { id }', author: true, hidden: hiddenFor },
    { path: 'posts', query: 'posts(first: 100) { nodes { id } }', author: false },
    {
      path: 'posts of the author',
      query: 'posts(first: 100, filter: { authorId: $author }) { nodes { id } }',
      author: false,
    },
    { path: 'posts of a tag', query: 'posts(filter: { tag: $tag }) { totalCount nodes { id } }', author: false },
    { path: 'favorites', query: 'posts(filter: { favoritedBy: $author }) { nodes { id } }', author: false },
    { path: 'searchPosts', query: 'searchPosts(query: $tag) { totalCount nodes { id } }', author: false },
    { path: 'tags', query: 'tags(first: 100) { id: name }', author: false },
    { path: 'tags that start', query: 'tags(first: 100, startingWith: $tag) { id: name }', author: false },
    { path: 'posts of a user', query: 'user(id: $author) { posts(first: 100) { nodes { id } } }', author: false },
    { path: 'feed', query: 'feed(first: 100) { nodes { id } }', author: false, signedIn: true },
    {
      ...{ path: 'hidden posts', query: 'posts(filter: { hidden: true, tag: $tag }) { nodes { id } }' },
      ...{ author: false, hidden: hiddenFor, signedIn: true },
    },
    { path: 'drafts', query: 'drafts(first: 100) { nodes { id } }', author: true, signedIn: true },
  ],
}
