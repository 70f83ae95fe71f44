/* Settings files: what is read is what is written, keys mean what they mean, changes on disk are told. */
#define _POSIX_C_SOURCE 200809L
#include "temp.h"
#include <sys/stat.h>

static const char FILE_TEXT[] =
    "; mine\r\n[Settings]\r\naccountId=1\r\nautoAnswer=always\r\nDND = 0\r\nvolumeRing=250\r\naudioCodecs=opus/48000/2 PCMA/8000/1\r\n"
    "[Account1]\r\nlabel=Work\r\ndomain=pbx.example.com\r\nusername=204\r\npassword=secret\r\n"
    "[Dialed]\r\n0=123\r\n1=456\r\n[Shortcuts]\r\n0=Desk;101;message;102;1\r\n[Contacts]\r\n0=204;Ann;1;0\r\nbroken line\r\n";

static const char *text_at(microsip_text_list_t list, size_t index) {
    const char *text;
    OK(microsip_text_list_at(list, index, &text));
    return text;
}

static microsip_ini_t parse(const char *text) {
    microsip_ini_t ini;
    OK(microsip_ini_parse((const uint8_t *)text, strlen(text), "microsip.ini", 0, true, &ini));
    return ini;
}

static void is_document(microsip_ini_t ini, const char *expected) {
    microsip_bytes_t bytes, again;
    const uint8_t *data;
    size_t size;
    OK(microsip_ini_to_bytes(ini, &bytes));
    OK(microsip_bytes_clone(bytes, &again));
    OK(microsip_bytes_free(bytes));
    OK(microsip_bytes_data(again, &data, &size));
    CHECK(size == strlen(expected) && memcmp(data, expected, size) == 0);
    OK(microsip_bytes_free(again));
}

static void documents(void) {
    microsip_ini_t ini = parse(FILE_TEXT), copy, other;
    microsip_text_list_t sections;
    microsip_ini_entries_t entries, more;
    const char *text, *key, *value;
    size_t count, line;
    bool flag;
    is_document(ini, FILE_TEXT);
    OK(microsip_ini_path(ini, &text));
    STREQ("microsip.ini", text);
    OK(microsip_ini_encoding(ini, &text));
    STREQ("utf-8", text);
    OK(microsip_ini_has_mark(ini, &flag));
    CHECK(!flag);
    OK(microsip_ini_is_empty(ini, &flag));
    CHECK(!flag);
    OK(microsip_ini_sections(ini, &sections));
    OK(microsip_text_list_count(sections, &count));
    CHECK(count == 5);
    STREQ("Account1", text_at(sections, 1));
    OK(microsip_text_list_free(sections));
    OK(microsip_ini_has_section(ini, "account1", &flag));
    CHECK(flag);
    OK(microsip_ini_has_section(ini, "Account2", &flag));
    CHECK(!flag);
    OK(microsip_ini_get(ini, "settings", "dnd", &text));
    STREQ("0", text);
    OK(microsip_ini_get(ini, "Account1", "password", &text));
    STREQ("***", text);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_ini_get(ini, "Settings", "AA", &text));
    CHECK(text == NULL);
    /* A key that is not MicroSIP's is judged by its name, as in warnings and reports. */
    OK(microsip_ini_clone(ini, &copy));
    OK(microsip_ini_set(copy, "Proxy", "authPwd", "hush", NULL));
    OK(microsip_ini_get(copy, "Proxy", "authPwd", &text));
    STREQ("***", text);
    OK(microsip_ini_free(copy));
    OK(microsip_ini_line(ini, "Account1", "domain", &line));
    CHECK(line == 10);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_ini_line(ini, "Account1", "AA", &line));

    /* A change touches its own line. */
    OK(microsip_ini_clone(ini, &copy));
    OK(microsip_ini_set(copy, "settings", "dnd", "1", &flag));
    CHECK(flag);
    OK(microsip_ini_set(copy, "settings", "dnd", "1", &flag));
    CHECK(!flag);
    OK(microsip_ini_get(copy, "Settings", "DND", &text));
    STREQ("1", text);
    OK(microsip_ini_get(ini, "Settings", "DND", &text));
    STREQ("0", text);
    OK(microsip_ini_remove_section(copy, "Account1", &flag));
    CHECK(flag);
    OK(microsip_ini_remove_section(copy, "Account1", NULL));
    OK(microsip_ini_free(copy));
    other = parse("[Settings]\n");
    OK(microsip_ini_set(other, "Settings", "AA", "1", NULL));
    OK(microsip_ini_set_quoted(other, "Settings", "cmdCallEnd", "echo", NULL));
    is_document(other, "[Settings]\nAA=1\ncmdCallEnd=\"echo\"\n");
    OK(microsip_ini_remove(other, "Settings", "AA", &flag));
    CHECK(flag);
    OK(microsip_ini_remove(other, "Settings", "AA", &flag));
    CHECK(!flag);
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_ini_set(other, "Settings", "AA", "1\n2", NULL));
    EXPECT(MICROSIP_STATUS_INVALID_UTF8, microsip_ini_set(other, "Settings", "AA", "\xff", NULL));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_ini_set(other, "Settings", NULL, "1", NULL));
    OK(microsip_ini_convert(other, MICROSIP_INI_ENCODING_UTF16BE, 0));
    OK(microsip_ini_encoding(other, &text));
    STREQ("utf-16be", text);
    OK(microsip_ini_has_mark(other, &flag));
    CHECK(flag);
    OK(microsip_ini_convert(other, MICROSIP_INI_ENCODING_ANSI, 1252));
    OK(microsip_ini_encoding(other, &text));
    STREQ("windows-1252", text);
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_ini_set(other, "Settings", "userAgent", "\xe6\x97\xa5", NULL));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_ini_convert(other, MICROSIP_INI_ENCODING_ANSI, 7));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_ini_convert(other, 99, 0));
    OK(microsip_ini_free(other));

    OK(microsip_ini_section_entries(ini, "Account1", &entries));
    OK(microsip_ini_entries_clone(entries, &more));
    OK(microsip_ini_entries_free(entries));
    OK(microsip_ini_entries_count(more, &count));
    CHECK(count == 4);
    OK(microsip_ini_entries_at(more, 0, &key, &value, &line));
    STREQ("label", key);
    STREQ("Work", value);
    CHECK(line == 9);
    OK(microsip_ini_entries_at(more, 3, &key, &value, NULL));
    STREQ("***", value);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_ini_entries_at(more, 4, &key, &value, &line));
    OK(microsip_ini_entries_free(more));
    OK(microsip_ini_free(ini));
    EXPECT(MICROSIP_STATUS_STALE_HANDLE, microsip_ini_path(ini, &text));
}

static void settings(void) {
    microsip_ini_t ini = parse(FILE_TEXT);
    const microsip_ini_t none = {0};
    microsip_ini_setting_t setting, again;
    microsip_ini_disposition_t disposition;
    microsip_ini_value_kind_t kind;
    microsip_text_list_t list;
    const char *text;
    int64_t number, min, max;
    size_t count, line;
    bool flag;
    OK(microsip_ini_setting(ini, "Settings", "DND", &setting));
    OK(microsip_ini_setting_clone(setting, &again));
    OK(microsip_ini_setting_free(setting));
    OK(microsip_ini_setting_switch(again, &flag));
    CHECK(!flag);
    OK(microsip_ini_setting_name(again, &text));
    STREQ("DND", text);
    OK(microsip_ini_setting_kind(again, &kind));
    CHECK(kind == MICROSIP_INI_VALUE_KIND_SWITCH);
    OK(microsip_ini_setting_disposition(again, &disposition));
    CHECK(disposition == MICROSIP_INI_DISPOSITION_HONOURED);
    OK(microsip_ini_setting_meaning(again, &text));
    STREQ("State: do not disturb.", text);
    OK(microsip_ini_setting_default(again, &text));
    STREQ("0", text);
    OK(microsip_ini_setting_allowed(again, &text));
    CHECK(text[0]);
    OK(microsip_ini_setting_is_set(again, &flag));
    CHECK(flag);
    OK(microsip_ini_setting_is_secret(again, &flag));
    CHECK(!flag);
    OK(microsip_ini_setting_line(again, &line));
    CHECK(line == 5);
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_ini_setting_integer(again, &number));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_ini_setting_list(again, &list));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_ini_setting_choices(again, &list));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_ini_setting_range(again, &min, &max));
    OK(microsip_ini_setting_free(again));

    /* Wrong values are not used. */
    OK(microsip_ini_setting(ini, "Settings", "autoAnswer", &setting));
    OK(microsip_ini_setting_value(setting, &text));
    STREQ("button", text);
    OK(microsip_ini_setting_is_wrong(setting, &flag));
    CHECK(flag);
    OK(microsip_ini_setting_choices(setting, &list));
    STREQ("all", text_at(list, 3));
    OK(microsip_text_list_free(list));
    OK(microsip_ini_setting_free(setting));
    OK(microsip_ini_setting(ini, "Settings", "volumeRing", &setting));
    OK(microsip_ini_setting_integer(setting, &number));
    CHECK(number == 100);
    OK(microsip_ini_setting_range(setting, &min, &max));
    CHECK(min == 0 && max == 100);
    OK(microsip_ini_setting_free(setting));
    OK(microsip_ini_setting(ini, "Settings", "audioCodecs", &setting));
    OK(microsip_ini_setting_list(setting, &list));
    OK(microsip_text_list_count(list, &count));
    CHECK(count == 2);
    STREQ("opus/48000/2", text_at(list, 0));
    OK(microsip_text_list_free(list));
    OK(microsip_ini_setting_free(setting));
    OK(microsip_ini_setting(ini, "Account1", "password", &setting));
    OK(microsip_ini_setting_value(setting, &text));
    STREQ("***", text);
    OK(microsip_ini_setting_is_secret(setting, &flag));
    CHECK(flag);
    OK(microsip_ini_setting_free(setting));

    /* What is not there has its default; so has everything without a file. */
    OK(microsip_ini_setting(none, "Account1", "registerRefresh", &setting));
    OK(microsip_ini_setting_integer(setting, &number));
    CHECK(number == 300);
    OK(microsip_ini_setting_is_set(setting, &flag));
    CHECK(!flag);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_ini_setting_line(setting, &line));
    OK(microsip_ini_setting_free(setting));
    OK(microsip_ini_account_count(ini, &count));
    CHECK(count == 1);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_ini_setting(ini, "Settings", "colour", &setting));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_ini_setting(ini, "Elsewhere", "DND", &setting));
    OK(microsip_ini_known_keys(MICROSIP_INI_KEYS_ACCOUNT, &list));
    STREQ("label", text_at(list, 0));
    OK(microsip_text_list_free(list));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_ini_known_keys(0, &list));
    OK(microsip_ini_free(ini));
}

static void passwords(void) {
    const microsip_password_store_t usual = {0};
    microsip_password_store_t store, plain;
    microsip_ini_t ini = parse(FILE_TEXT);
    microsip_password_form_t form;
    const char *hidden = "092c296fac26eeb1b54ba279cea19f4211eb9d0745c66de3";
    char buffer[64];
    size_t length, count;
    bool changed;
    OK(microsip_ini_password(ini, 1, usual, buffer, sizeof buffer, &length, &form));
    STREQ("secret", buffer);
    CHECK(length == 6 && form == MICROSIP_PASSWORD_FORM_PLAIN);
    EXPECT(MICROSIP_STATUS_BUFFER_TOO_SMALL, microsip_ini_password(ini, 1, usual, buffer, 6, &length, NULL));
    CHECK(length == 6 && buffer[0] == 0);
    EXPECT(MICROSIP_STATUS_BUFFER_TOO_SMALL, microsip_ini_password(ini, 1, usual, NULL, 0, &length, NULL));
    OK(microsip_ini_password(ini, 7, usual, buffer, sizeof buffer, &length, &form));
    CHECK(length == 0 && form == MICROSIP_PASSWORD_FORM_EMPTY);
    OK(microsip_ini_hide_passwords(ini, usual, &count));
    CHECK(count == 1);
    OK(microsip_ini_password(ini, 1, usual, buffer, sizeof buffer, &length, &form));
    STREQ("secret", buffer);
    CHECK(form == MICROSIP_PASSWORD_FORM_HIDDEN);
    OK(microsip_password_store_write(usual, "secret", buffer, sizeof buffer, &length));
    STREQ(hidden, buffer);
    OK(microsip_password_store_read(usual, hidden, buffer, sizeof buffer, &length, &form));
    STREQ("secret", buffer);
    /* In place. */
    OK(microsip_password_store_write(usual, buffer, buffer, sizeof buffer, &length));
    STREQ(hidden, buffer);
    OK(microsip_password_store_read(usual, buffer, buffer, sizeof buffer, &length, &form));
    STREQ("secret", buffer);
    CHECK(form == MICROSIP_PASSWORD_FORM_HIDDEN);
    OK(microsip_password_store_new(&store));
    OK(microsip_password_store_set_key(store, "another key"));
    OK(microsip_password_store_clone(store, &plain));
    OK(microsip_password_store_read(store, hidden, buffer, sizeof buffer, &length, &form));
    CHECK(length == 0 && form == MICROSIP_PASSWORD_FORM_UNREADABLE);
    OK(microsip_password_store_set_hex_is_plain(plain, true));
    OK(microsip_password_store_set_hide(plain, false));
    OK(microsip_password_store_read(plain, hidden, buffer, sizeof buffer, &length, &form));
    STREQ(hidden, buffer);
    OK(microsip_ini_set_password(ini, 1, plain, "another", &changed));
    CHECK(changed);
    OK(microsip_ini_set_password(ini, 1, plain, "another", &changed));
    CHECK(!changed);
    OK(microsip_ini_set_checked(ini, "Settings", "dnd", "1", usual, &changed));
    CHECK(changed);
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_ini_set_checked(ini, "Settings", "sourcePort", "70000", usual, NULL));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_ini_set_checked(ini, "Settings", "colour", "1", usual, NULL));
    OK(microsip_password_store_free(store));
    OK(microsip_password_store_free(plain));
    OK(microsip_ini_free(ini));
}

static void warnings(void) {
    const microsip_password_store_t usual = {0};
    microsip_ini_t ini = parse(FILE_TEXT);
    microsip_ini_warnings_t list, again;
    microsip_ini_warning_t warning, same;
    microsip_ini_warning_kind_t kind;
    microsip_ini_report_t report, other;
    microsip_ini_report_entry_t entry, more;
    microsip_ini_disposition_t disposition;
    const char *text;
    size_t count, line;
    OK(microsip_ini_problems(ini, &list));
    OK(microsip_ini_warnings_count(list, &count));
    CHECK(count == 1);
    OK(microsip_ini_warnings_at(list, 0, &warning));
    OK(microsip_ini_warnings_free(list));
    OK(microsip_ini_warning_kind(warning, &kind));
    CHECK(kind == MICROSIP_INI_WARNING_KIND_MALFORMED_LINE);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_ini_warning_used(warning, &text));
    OK(microsip_ini_warning_free(warning));
    OK(microsip_ini_warnings_of(ini, usual, &list));
    OK(microsip_ini_warnings_clone(list, &again));
    OK(microsip_ini_warnings_free(list));
    OK(microsip_ini_warnings_count(again, &count));
    CHECK(count >= 3);
    OK(microsip_ini_warnings_at(again, 1, &warning));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_ini_warnings_at(again, count, &same));
    OK(microsip_ini_warnings_free(again));
    OK(microsip_ini_warning_clone(warning, &same));
    OK(microsip_ini_warning_free(warning));
    OK(microsip_ini_warning_section(same, &text));
    STREQ("Settings", text);
    OK(microsip_ini_warning_file(same, &text));
    STREQ("microsip.ini", text);
    OK(microsip_ini_warning_key(same, &text));
    CHECK(!strcmp(text, "autoAnswer") || !strcmp(text, "volumeRing"));
    OK(microsip_ini_warning_value(same, &text));
    CHECK(!strcmp(text, "always") || !strcmp(text, "250"));
    OK(microsip_ini_warning_allowed(same, &text));
    CHECK(text[0]);
    OK(microsip_ini_warning_used(same, &text));
    CHECK(!strcmp(text, "button") || !strcmp(text, "100"));
    OK(microsip_ini_warning_line(same, &line));
    CHECK(line == 4 || line == 6);
    OK(microsip_ini_warning_message(same, &text));
    CHECK(strstr(text, "microsip.ini:"));
    OK(microsip_ini_warning_free(same));

    OK(microsip_ini_set(ini, "Settings", "autoAnswr", "all", NULL));
    OK(microsip_ini_report_of(ini, &report));
    OK(microsip_ini_report_clone(report, &other));
    OK(microsip_ini_report_free(report));
    OK(microsip_ini_report_count(other, &count));
    CHECK(count == 10);
    OK(microsip_ini_report_count_of(other, MICROSIP_INI_DISPOSITION_UNKNOWN, &count));
    CHECK(count == 1);
    OK(microsip_ini_report_text(other, &text));
    CHECK(strstr(text, "autoAnswr"));
    OK(microsip_ini_report_at(other, 5, &entry));
    OK(microsip_ini_report_entry_clone(entry, &more));
    OK(microsip_ini_report_entry_free(entry));
    OK(microsip_ini_report_entry_key(more, &text));
    STREQ("autoAnswr", text);
    OK(microsip_ini_report_entry_section(more, &text));
    STREQ("Settings", text);
    OK(microsip_ini_report_entry_value(more, &text));
    STREQ("all", text);
    OK(microsip_ini_report_entry_line(more, &line));
    CHECK(line == 8);
    OK(microsip_ini_report_entry_disposition(more, &disposition));
    CHECK(disposition == MICROSIP_INI_DISPOSITION_UNKNOWN);
    OK(microsip_ini_report_entry_perhaps(more, &text));
    STREQ("autoAnswer", text);
    OK(microsip_ini_report_entry_free(more));
    OK(microsip_ini_report_at(other, 0, &entry));
    OK(microsip_ini_report_entry_meaning(entry, &text));
    CHECK(text[0]);
    OK(microsip_ini_report_entry_allowed(entry, &text));
    CHECK(text[0]);
    OK(microsip_ini_report_entry_default(entry, &text));
    STREQ("", text);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_ini_report_entry_perhaps(entry, &text));
    OK(microsip_ini_report_entry_free(entry));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_ini_report_at(other, 10, &entry));
    OK(microsip_ini_report_list_count(other, &count));
    CHECK(count == 3);
    OK(microsip_ini_report_list_at(other, 0, &text, &count));
    STREQ("Dialed", text);
    CHECK(count == 2);
    OK(microsip_ini_report_free(other));
    OK(microsip_ini_free(ini));
}

static void lists(void) {
    microsip_ini_t ini = parse(FILE_TEXT);
    microsip_text_list_t dialed;
    microsip_shortcut_t shortcut, other, both[2];
    microsip_shortcut_action_t action;
    microsip_contact_book_t book;
    microsip_import_warnings_t found;
    const char *text;
    size_t count;
    bool flag;
    OK(microsip_ini_push_dialed(ini, "456"));
    OK(microsip_ini_dialed(ini, &dialed));
    OK(microsip_text_list_count(dialed, &count));
    CHECK(count == 2);
    STREQ("456", text_at(dialed, 0));
    OK(microsip_text_list_free(dialed));
    OK(microsip_ini_shortcut_count(ini, &count));
    CHECK(count == 1);
    OK(microsip_ini_shortcut_at(ini, 0, &shortcut));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_ini_shortcut_at(ini, 1, &other));
    OK(microsip_shortcut_label(shortcut, &text));
    STREQ("Desk", text);
    OK(microsip_shortcut_number(shortcut, &text));
    STREQ("101", text);
    OK(microsip_shortcut_number2(shortcut, &text));
    STREQ("102", text);
    OK(microsip_shortcut_action(shortcut, &action));
    CHECK(action == MICROSIP_SHORTCUT_ACTION_MESSAGE);
    OK(microsip_shortcut_presence(shortcut, &flag));
    CHECK(flag);
    OK(microsip_shortcut_new("Door", "#9", &other));
    OK(microsip_shortcut_set_action(other, MICROSIP_SHORTCUT_ACTION_DTMF));
    OK(microsip_shortcut_set_number2(other, "#8"));
    OK(microsip_shortcut_set_presence(other, false));
    both[0] = shortcut;
    OK(microsip_shortcut_clone(other, &both[1]));
    OK(microsip_ini_set_shortcuts(ini, both, 2));
    OK(microsip_ini_get(ini, "Shortcuts", "1", &text));
    CHECK(!strncmp(text, "Door;#9;", 8));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_shortcut_set_action(other, 0));
    OK(microsip_shortcut_set_number2(both[1], "a;b"));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_ini_set_shortcuts(ini, both, 2));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_ini_set_shortcuts(ini, NULL, 2));
    OK(microsip_shortcut_free(both[0]));
    OK(microsip_shortcut_free(both[1]));
    OK(microsip_shortcut_free(other));
    OK(microsip_ini_old_contacts(ini, &book, &found));
    OK(microsip_contact_book_count(book, &count));
    CHECK(count == 1);
    OK(microsip_import_warnings_count(found, &count));
    CHECK(count == 0);
    OK(microsip_import_warnings_free(found));
    OK(microsip_contact_book_free(book));
    OK(microsip_ini_free(ini));
}

static void files(void) {
    struct stat is;
    microsip_ini_t ini, other, none;
    microsip_place_t place, same;
    microsip_place_kind_t kind;
    const char *text;
    bool flag;
    EXPECT(MICROSIP_STATUS_IO, microsip_ini_load(temp_path("a.ini"), 0, true, &ini));
    CHECK(ini.token == 0);
    OK(microsip_ini_load_or_new(temp_path("a.ini"), 0, true, &ini, &flag));
    CHECK(flag);
    OK(microsip_ini_differs_on_disk(ini, &flag));
    CHECK(flag);
    OK(microsip_ini_convert(ini, MICROSIP_INI_ENCODING_UTF8, 0));
    OK(microsip_ini_set(ini, "Settings", "DND", "1", NULL));
    OK(microsip_ini_save(ini));
    CHECK(strstr(temp_read("a.ini"), "[Settings]\r\nDND=1\r\n"));
    OK(microsip_ini_differs_on_disk(ini, &flag));
    CHECK(!flag);
    /* Somebody else writes meanwhile. */
    temp_write("a.ini", "[Settings]\nAA=1\n");
    OK(microsip_ini_save_over(ini, NULL, 0, &flag));
    CHECK(!flag);
    OK(microsip_ini_save_over(ini, (const uint8_t *)"[Settings]\nAA=1\n", 16, &flag));
    CHECK(flag);
    OK(microsip_ini_load(temp_path("a.ini"), 1250, false, &other));
    OK(microsip_ini_get(other, "Settings", "DND", &text));
    STREQ("1", text);
    OK(microsip_ini_save_as(other, temp_path("b.ini")));
    EXPECT(MICROSIP_STATUS_IO, microsip_ini_save_as(other, temp_path("a.ini/c.ini")));
    /* What is no file is not replaced by one. */
    CHECK(mkfifo(temp_path("pipe"), 0600) == 0);
    EXPECT(MICROSIP_STATUS_IO, microsip_ini_save_as(other, temp_path("pipe")));
    CHECK(stat(temp_path("pipe"), &is) == 0 && S_ISFIFO(is.st_mode));
    temp_remove("pipe");
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_ini_load(temp_path("b.ini"), 1, false, &none));
    OK(microsip_ini_free(ini));
    OK(microsip_ini_free(other));
    OK(microsip_ini_new(temp_path("new.ini"), &other));
    OK(microsip_ini_encoding(other, &text));
    STREQ("utf-16le", text);
    OK(microsip_ini_free(other));
    OK(microsip_place_choose(temp_path("b.ini"), 0, &place));
    OK(microsip_place_clone(place, &same));
    OK(microsip_place_free(place));
    OK(microsip_place_kind(same, &kind));
    CHECK(kind == MICROSIP_PLACE_KIND_GIVEN);
    OK(microsip_place_settings(same, &text));
    STREQ(temp_path("b.ini"), text);
    OK(microsip_place_contacts(same, &text));
    STREQ(temp_path("Contacts.xml"), text);
    OK(microsip_place_log(same, &text));
    CHECK(strstr(text, "_log.txt"));
    OK(microsip_place_recordings(same, &text));
    CHECK(text[0]);
    OK(microsip_place_free(same));
    OK(microsip_place_choose(NULL, MICROSIP_PLACE_KIND_PORTABLE, &place));
    OK(microsip_place_kind(place, &kind));
    CHECK(kind == MICROSIP_PLACE_KIND_PORTABLE);
    OK(microsip_place_free(place));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_place_choose(NULL, 9, &place));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_place_choose("", 0, &place));
    temp_remove("b.ini");
    temp_remove("a.ini");
}

static microsip_ini_change_t last_change;

static void changed(microsip_ini_change_t change, void *user_data) {
    OK(microsip_ini_change_free(last_change));
    OK(microsip_ini_change_clone(change, &last_change));
    seen_call(user_data);
}

static void watching(void) {
    struct seen seen = SEEN_NOTHING, failed = SEEN_NOTHING;
    microsip_ini_t ini, now;
    microsip_ini_watcher_t watcher, same;
    microsip_ini_change_kind_t kind;
    microsip_error_t error;
    const char *text;
    bool flag;
    temp_write("w.ini", "[Settings]\nDND=0\n");
    OK(microsip_ini_load(temp_path("w.ini"), 0, true, &ini));
    OK(microsip_ini_watch(ini, 10, 50, false, changed, &seen, seen_destroy, &watcher));
    OK(microsip_ini_watcher_clone(watcher, &same));
    OK(microsip_ini_watcher_free(same));
    OK(microsip_ini_watcher_is_notified(watcher, &flag));
    /* A save of our own is not told. */
    OK(microsip_ini_set(ini, "Settings", "AA", "1", NULL));
    OK(microsip_ini_watcher_save(watcher, ini));
    temp_write("w.ini", "[Settings]\nDND=1\n");
    OK(microsip_ini_watcher_look(watcher));
    seen_wait(&seen, 1, 0);
    OK(microsip_ini_change_kind(last_change, &kind));
    CHECK(kind == MICROSIP_INI_CHANGE_KIND_CHANGED);
    OK(microsip_ini_change_ini(last_change, &now));
    OK(microsip_ini_get(now, "Settings", "DND", &text));
    STREQ("1", text);
    OK(microsip_ini_free(now));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_ini_change_error(last_change, &error));
    OK(microsip_ini_watcher_save_over(watcher, ini, (const uint8_t *)"[Settings]\nDND=1\n", 17, &flag));
    CHECK(flag);
    temp_remove("w.ini");
    seen_wait(&seen, 2, 0);
    OK(microsip_ini_change_kind(last_change, &kind));
    CHECK(kind == MICROSIP_INI_CHANGE_KIND_REMOVED);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_ini_change_ini(last_change, &now));
    CHECK(now.token == 0);
    OK(microsip_ini_watcher_close(watcher));
    OK(microsip_ini_watcher_free(watcher));
    seen_wait(&seen, 2, 1);
    CHECK(seen.calls == 2);
    /* A failure destroys as well. */
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_ini_watch(ini, 1, 0, false, changed, &failed, seen_destroy, &watcher));
    CHECK(failed.destroyed == 1);
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_ini_watch(ini, 0, 0, false, NULL, &seen, NULL, &watcher));
    OK(microsip_ini_change_free(last_change));
    OK(microsip_ini_free(ini));
}

int main(void) {
    temp_begin();
    documents();
    settings();
    passwords();
    warnings();
    lists();
    files();
    watching();
    temp_end();
    no_handles_left();
    puts("ini: ok");
    return 0;
}
