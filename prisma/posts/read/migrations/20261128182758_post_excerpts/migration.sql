-- AlterTable
ALTER TABLE "posts" ADD COLUMN     "excerpt" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "readingMinutes" INTEGER NOT NULL DEFAULT 1;

-- Only the projection's code can compute them: read the topics again.
TRUNCATE "projection_offset";
