/*
 * Runs the parser and the loop of Debian's cron on a clock of its own. Each line of the standard input is an
 * expression; prints it with the first COUNT local times at which its job is started, or "bad".
 * Arguments: the first and the last second since 1970, COUNT. See make.sh.
 */
#include "cron.h"
#include <setjmp.h>

#define MOST 20000

typedef struct {
  entry *entry;
  char *text;
  int count;
  time_t times[16];
} expression;

static expression all[MOST];
static int most;
static time_t now, end;
static jmp_buf over;
static user owner;

int cron_main(int, char **);

/* What cron.c calls, on this clock and these expressions. */
time_t fake_time(time_t *t) { if (t) *t = now; return now; }
unsigned fake_sleep(unsigned seconds) {
  now += seconds;
  if (now > end) longjmp(over, 1);
  return 0;
}
int fake_access(const char *path, int mode) { return 0; } /* no @reboot */
void load_database(cron_db *db) { db->head = db->tail = &owner; }
void job_add(entry *e, user *u) {
  expression *one = &all[e->uid];
  time_t minute = now - now % 60;
  int isNew = one->count == 0 || one->times[one->count - 1] != minute;
  if (one->count < most && isNew) one->times[one->count++] = minute;
}
int job_runqueue(void) { return 0; }
void acquire_daemonlock(int close) {}
void set_cron_uid(void) {}
void set_cron_cwd(void) {}
void check_orphans(cron_db *db) {}
void log_it(char *user, int pid, char *event, char *detail) {}

int main(int argc, char **argv) {
  char line[1000], full[1100], shown[40];
  char *cron[] = {"cron", "-f", 0}, *environment[] = {0};
  struct passwd root = {"root", "", 0, 0, "", "/root", "/bin/sh"};
  int count = 0, i, k;
  now = atol(argv[1]);
  end = atol(argv[2]);
  most = atoi(argv[3]);
  while (count < MOST && fgets(line, sizeof line, stdin)) {
    expression *one = &all[count];
    FILE *file;
    line[strcspn(line, "\n")] = 0;
    snprintf(full, sizeof full, "%s\tcommand\n", line);
    file = fmemopen(full, strlen(full), "r");
    one->text = strdup(line);
    one->entry = load_entry(file, 0, &root, environment);
    fclose(file);
    if (one->entry) {
      one->entry->uid = count;
      one->entry->next = owner.crontab;
      owner.crontab = one->entry;
    }
    count++;
  }
  if (!setjmp(over)) cron_main(2, cron);
  for (i = 0; i < count; i++) {
    printf("%s\t%s", all[i].text, all[i].entry ? "" : "bad");
    for (k = 0; k < all[i].count; k++) {
      strftime(shown, sizeof shown, "%Y-%m-%dT%H:%M%z", localtime(&all[i].times[k]));
      printf("%s%s", k ? "," : "", shown);
    }
    printf("\n");
  }
  return 0;
}
