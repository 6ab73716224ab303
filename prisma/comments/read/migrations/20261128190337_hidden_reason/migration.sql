-- The log has the reasons of earlier times: the projector reads it again, and fills them in. It comes first, since projectors lock it first.
TRUNCATE "projection_offset";

-- AlterTable
ALTER TABLE "comments" ADD COLUMN     "hiddenReason" TEXT NOT NULL DEFAULT '';
