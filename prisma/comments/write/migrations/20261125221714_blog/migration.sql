-- AlterTable
ALTER TABLE "comments" ADD COLUMN     "ancestorIds" UUID[] DEFAULT ARRAY[]::UUID[],
ADD COLUMN     "hidden" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "hiddenReason" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "posts" ADD COLUMN     "draft" BOOLEAN NOT NULL DEFAULT false;
