/* MicroSIP's command line. */
#include "check.h"

static microsip_command_t command_at(microsip_command_line_t line, size_t index, microsip_command_kind_t expected) {
    microsip_command_t command;
    microsip_command_kind_t kind;
    OK(microsip_command_line_command_at(line, index, &command));
    OK(microsip_command_kind(command, &kind));
    CHECK(kind == expected);
    return command;
}

static microsip_command_line_t parse(const char *text) {
    microsip_command_line_t line;
    OK(microsip_command_line_parse_text(text, &line));
    return line;
}

static void arguments(void) {
    const char *args[] = {"/exit", "/minimized", "/i:my.ini", "/account:2", "123", "hello"};
    const char *wrong[] = {"/hagnup"}, *null[] = {NULL};
    microsip_command_line_t line, again;
    microsip_command_t command, same;
    microsip_window_start_t window;
    microsip_switch_t change;
    microsip_text_list_t words;
    const char *text;
    char buffer[16];
    size_t count, length;
    uint32_t account;
    int32_t volume;
    bool flag;
    OK(microsip_command_line_parse(args, 6, &line));
    OK(microsip_command_line_clone(line, &again));
    OK(microsip_command_line_free(line));
    OK(microsip_command_line_command_count(again, &count));
    CHECK(count == 3);
    OK(microsip_command_line_window(again, &window));
    CHECK(window == MICROSIP_WINDOW_START_MINIMIZED);
    OK(microsip_command_line_settings(again, &text));
    STREQ("my.ini", text);
    command = command_at(again, 0, MICROSIP_COMMAND_KIND_USE_ACCOUNT);
    OK(microsip_command_account(command, &account));
    CHECK(account == 2);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_command_target(command, &text));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_command_message(command, &text));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_command_digits(command, &text));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_command_switch(command, &change));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_command_volume(command, &volume));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_command_asks(command, &flag));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_command_password(command, buffer, sizeof buffer, &length));
    OK(microsip_command_free(command));
    command = command_at(again, 1, MICROSIP_COMMAND_KIND_MESSAGE);
    OK(microsip_command_clone(command, &same));
    OK(microsip_command_free(command));
    OK(microsip_command_target(same, &text));
    STREQ("123", text);
    OK(microsip_command_message(same, &text));
    STREQ("hello", text);
    OK(microsip_command_is_secure(same, &flag));
    CHECK(!flag);
    OK(microsip_command_name(same, &text));
    STREQ("message", text);
    OK(microsip_command_starts_phone(same, &flag));
    CHECK(flag);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_command_account(same, &account));
    OK(microsip_command_free(same));
    OK(microsip_command_free(command_at(again, 2, MICROSIP_COMMAND_KIND_EXIT)));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_command_line_command_at(again, 3, &command));
    OK(microsip_command_line_free(again));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_command_line_parse(wrong, 1, &line));
    CHECK(strstr(microsip_last_error_message(), "hangup"));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_command_line_parse(null, 1, &line));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_command_line_parse(NULL, 1, &line));
    OK(microsip_command_line_parse(NULL, 0, &line));
    OK(microsip_command_line_free(line));
    OK(microsip_command_line_split("a \"b c\" d\\e", &words));
    OK(microsip_text_list_count(words, &count));
    CHECK(count == 3);
    OK(microsip_text_list_at(words, 1, &text));
    STREQ("b c", text);
    OK(microsip_text_list_free(words));
}

static void texts(void) {
    microsip_command_line_t line = parse("/account:1 /password:se cret");
    microsip_command_t command = command_at(line, 0, MICROSIP_COMMAND_KIND_STORE_PASSWORD);
    microsip_switch_t change;
    const char *text;
    char buffer[16];
    size_t length;
    uint32_t account;
    int32_t volume;
    bool flag;
    OK(microsip_command_account(command, &account));
    CHECK(account == 1);
    EXPECT(MICROSIP_STATUS_BUFFER_TOO_SMALL, microsip_command_password(command, buffer, 7, &length));
    CHECK(length == 7);
    OK(microsip_command_password(command, buffer, 8, &length));
    STREQ("se cret", buffer);
    OK(microsip_command_free(command));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_command_line_settings(line, &text));
    OK(microsip_command_line_free(line));
    line = parse("/dtmf:12#?");
    command = command_at(line, 0, MICROSIP_COMMAND_KIND_DTMF);
    OK(microsip_command_digits(command, &text));
    STREQ("12#", text);
    OK(microsip_command_asks(command, &flag));
    CHECK(flag);
    OK(microsip_command_free(command));
    OK(microsip_command_line_free(line));
    line = parse("msip:micup");
    command = command_at(line, 0, MICROSIP_COMMAND_KIND_MICROPHONE_VOLUME);
    OK(microsip_command_volume(command, &volume));
    CHECK(volume == 5);
    OK(microsip_command_free(command));
    OK(microsip_command_line_free(line));
    line = parse("msip:micmute");
    command = command_at(line, 0, MICROSIP_COMMAND_KIND_MICROPHONE_MUTE);
    OK(microsip_command_switch(command, &change));
    CHECK(change == MICROSIP_SWITCH_ON || change == MICROSIP_SWITCH_TOGGLE);
    OK(microsip_command_free(command));
    OK(microsip_command_line_free(line));
    line = parse("/transfer:sips:bob@example.org");
    command = command_at(line, 0, MICROSIP_COMMAND_KIND_TRANSFER);
    OK(microsip_command_is_secure(command, &flag));
    CHECK(flag);
    OK(microsip_command_free(command));
    OK(microsip_command_line_free(line));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_command_line_parse_text("/dtmf:zz", &line));
}

int main(void) {
    arguments();
    texts();
    no_handles_left();
    puts("cmdline: ok");
    return 0;
}
