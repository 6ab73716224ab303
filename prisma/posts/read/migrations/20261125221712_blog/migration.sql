-- DropIndex
DROP INDEX "posts_visible_id_idx";

-- DropIndex
DROP INDEX "posts_authorId_visible_id_idx";

-- CreateTable
CREATE TABLE "post_counts" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "commentsCount" INTEGER NOT NULL DEFAULT 0,
    "favoritesCount" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "post_counts_pkey" PRIMARY KEY ("id")
);

INSERT INTO "post_counts" ("id", "version", "commentsCount")
SELECT "id", 0, "commentsCount" FROM "posts" WHERE "commentsCount" <> 0;

-- Stubs, which nothing but that counter made.
DELETE FROM "posts" WHERE "version" = 0;

-- AlterTable
-- The lexemes of posts that are there already fill when those change: until then no Chinese or emoji is found in them.
ALTER TABLE "posts" DROP COLUMN "commentsCount",
ADD COLUMN     "formerSlugs" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "lexemes" tsvector NOT NULL DEFAULT ''::tsvector,
ADD COLUMN     "published" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "publishedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT 'epoch'::timestamptz,
ADD COLUMN     "tags" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- There were no drafts before. Ahead of the generated column, which writes the whole table anew: so that happens once.
UPDATE "posts" SET "published" = "visible", "publishedAt" = "createdAt";

-- Prisma has no generated columns: written by hand. Title over body, and the lexemes bring weights of their own.
-- Kept in the row where it can be (STORAGE MAIN): a search ranks all that it finds, and fetching each from elsewhere took twice the time.
ALTER TABLE "posts" ADD COLUMN "search" tsvector STORAGE MAIN GENERATED ALWAYS AS (
    setweight(to_tsvector('pg_catalog.english'::regconfig, "title"), 'A') ||
    setweight(to_tsvector('pg_catalog.english'::regconfig, "body"), 'D') ||
    "lexemes"
) STORED;

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "postsCount" INTEGER NOT NULL DEFAULT 0;

-- Authors that are not heard of yet become stubs, as a counter makes them.
INSERT INTO "users" ("id", "version", "postsCount")
SELECT "authorId", 0, count(*) FROM "posts" WHERE "published" GROUP BY 1
ON CONFLICT ("id") DO UPDATE SET "postsCount" = excluded."postsCount";

-- AlterTable
ALTER TABLE "comments" ADD COLUMN     "counted" BOOLEAN NOT NULL DEFAULT false;
UPDATE "comments" SET "counted" = "visible";

-- CreateTable
CREATE TABLE "tags" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "postsCount" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "tags_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "favorites" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "userId" UUID,
    "postId" UUID,
    "active" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "favorites_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "follows" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "followerId" UUID,
    "followeeId" UUID,
    "active" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "follows_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "tags_postsCount_id_idx" ON "tags"("postsCount" DESC, "id");

-- CreateIndex
CREATE INDEX "favorites_userId_active_idx" ON "favorites"("userId", "active");

-- CreateIndex
CREATE INDEX "follows_followerId_active_idx" ON "follows"("followerId", "active");

-- CreateIndex
CREATE INDEX "posts_published_publishedAt_id_idx" ON "posts"("published", "publishedAt", "id");

-- CreateIndex
CREATE INDEX "posts_authorId_published_publishedAt_id_idx" ON "posts"("authorId", "published", "publishedAt", "id");

-- CreateIndex
CREATE INDEX "posts_formerSlugs_idx" ON "posts" USING GIN ("formerSlugs");

-- CreateIndex
CREATE INDEX "posts_tags_idx" ON "posts" USING GIN ("tags");

-- CreateIndex
CREATE INDEX "posts_search_idx" ON "posts" USING GIN ("search");
