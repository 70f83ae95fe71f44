/* Links, numbers and dial plans. */
#include "check.h"

static microsip_link_t parse(const char *text) {
    microsip_link_t link;
    OK(microsip_link_parse(text, &link));
    return link;
}

static void links(void) {
    microsip_link_t link = parse("tel:+49-30-1234;ext=55;isub=9;x-a=b%20c"), again;
    microsip_link_scheme_t scheme;
    microsip_link_action_t action;
    microsip_command_t command;
    microsip_command_kind_t kind;
    microsip_text_list_t list;
    const char *text, *value;
    size_t count;
    bool flag;
    OK(microsip_link_clone(link, &again));
    OK(microsip_link_free(link));
    OK(microsip_link_scheme(again, &scheme));
    CHECK(scheme == MICROSIP_LINK_SCHEME_TEL);
    OK(microsip_link_action(again, &action));
    CHECK(action == MICROSIP_LINK_ACTION_CALL);
    OK(microsip_link_target(again, &text));
    CHECK(strstr(text, ",55"));
    OK(microsip_link_extension(again, &text));
    STREQ("55", text);
    OK(microsip_link_isub(again, &text));
    STREQ("9", text);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_link_phone_context(again, &text));
    OK(microsip_link_parameter_count(again, &count));
    CHECK(count == 1);
    OK(microsip_link_parameter_at(again, 0, &text, &value));
    STREQ("x-a", text);
    STREQ("b c", value);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_link_parameter_at(again, 1, &text, &value));
    OK(microsip_link_is_secure(again, &flag));
    CHECK(!flag);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_link_message(again, &text));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_link_command(again, &command));
    OK(microsip_link_free(again));

    link = parse("sips:ann@example.org;method=MESSAGE?body=hello%20you&Route=x");
    OK(microsip_link_action(link, &action));
    CHECK(action == MICROSIP_LINK_ACTION_MESSAGE);
    OK(microsip_link_message(link, &text));
    STREQ("hello you", text);
    OK(microsip_link_is_secure(link, &flag));
    CHECK(flag);
    OK(microsip_link_left_out(link, &list));
    OK(microsip_text_list_count(list, &count));
    CHECK(count == 1);
    OK(microsip_text_list_free(list));
    OK(microsip_link_free(link));

    link = parse("msip:hangupall");
    OK(microsip_link_action(link, &action));
    CHECK(action == MICROSIP_LINK_ACTION_COMMAND);
    OK(microsip_link_command(link, &command));
    OK(microsip_command_kind(command, &kind));
    CHECK(kind == MICROSIP_COMMAND_KIND_HANGUP_ALL);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_link_target(link, &text));
    OK(microsip_command_free(command));
    OK(microsip_link_free(link));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_link_parse("msip:/exit", &link));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_link_parse("http://example.org", &link));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_link_parse("sip:a%0a@b", &link));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_link_parse(NULL, &link));
    CHECK(link.token == 0);
}

static void plans(void) {
    microsip_dial_plan_t plan, again;
    microsip_dial_plan_result_t result, same;
    const char *text;
    size_t number;
    bool flag;
    OK(microsip_dial_plan_parse("(<0:+49>[1-9]x.|1xx)", &plan));
    OK(microsip_dial_plan_clone(plan, &again));
    OK(microsip_dial_plan_free(plan));
    OK(microsip_dial_plan_source(again, &text));
    CHECK(strstr(text, "<0:+49>"));
    OK(microsip_dial_plan_is_empty(again, &flag));
    CHECK(!flag);
    OK(microsip_dial_plan_apply(again, "0301234", &result));
    OK(microsip_dial_plan_result_clone(result, &same));
    OK(microsip_dial_plan_result_free(result));
    OK(microsip_dial_plan_result_number(same, &text));
    STREQ("+49301234", text);
    OK(microsip_dial_plan_result_alternative(same, &number));
    CHECK(number == 1);
    OK(microsip_dial_plan_result_pattern(same, &text));
    STREQ("<0:+49>[1-9]x.", text);
    OK(microsip_dial_plan_result_free(same));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_dial_plan_apply(again, "999", &result));
    OK(microsip_dial_plan_free(again));
    OK(microsip_dial_plan_parse("", &plan));
    OK(microsip_dial_plan_is_empty(plan, &flag));
    CHECK(flag);
    OK(microsip_dial_plan_apply(plan, "999", &result));
    OK(microsip_dial_plan_result_number(result, &text));
    STREQ("999", text);
    OK(microsip_dial_plan_result_alternative(result, &number));
    CHECK(number == 0);
    OK(microsip_dial_plan_result_free(result));
    OK(microsip_dial_plan_free(plan));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_dial_plan_parse("[12", &plan));
}

static void numbers(void) {
    microsip_number_rules_t rules, others;
    microsip_dial_plan_t plan;
    microsip_dialled_number_t number, same;
    microsip_number_line_t line;
    const char *text;
    uint64_t after;
    size_t count;
    bool flag;
    OK(microsip_number_rules_new("pbx.example.org:5070", &rules));
    OK(microsip_number_rules_set_prefix(rules, "9"));
    OK(microsip_number_rules_resolve(rules, "(030) 12-34,45,,6#", &number));
    OK(microsip_dialled_number_clone(number, &same));
    OK(microsip_dialled_number_free(number));
    OK(microsip_dialled_number_uri(same, &text));
    STREQ("<sip:90301234@pbx.example.org:5070>", text);
    OK(microsip_dialled_number_request_uri(same, MICROSIP_TRANSPORT_TCP, &text));
    CHECK(strstr(text, "transport=tcp"));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_dialled_number_request_uri(same, 0, &text));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_dialled_number_display_name(same, &text));
    OK(microsip_dialled_number_user(same, &text));
    STREQ("90301234", text);
    OK(microsip_dialled_number_host(same, &text));
    STREQ("pbx.example.org:5070", text);
    OK(microsip_dialled_number_line(same, &line));
    CHECK(line == MICROSIP_NUMBER_LINE_ACCOUNT);
    OK(microsip_dialled_number_is_phone_number(same, &flag));
    CHECK(flag);
    OK(microsip_dialled_number_is_secure(same, &flag));
    CHECK(!flag);
    OK(microsip_dialled_number_post_dial(same, &text));
    STREQ("45,,6#", text);
    OK(microsip_dialled_number_post_dial_count(same, &count));
    CHECK(count == 2);
    OK(microsip_dialled_number_post_dial_at(same, 0, &after, &text));
    STREQ("45", text);
    CHECK(after == 1000);
    OK(microsip_dialled_number_post_dial_at(same, 1, &after, &text));
    STREQ("6#", text);
    CHECK(after > 2000);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_dialled_number_post_dial_at(same, 2, &after, &text));
    OK(microsip_dialled_number_free(same));
    OK(microsip_number_rules_resolve_as_is(rules, "0301234", &number));
    OK(microsip_dialled_number_post_dial_count(number, &count));
    CHECK(count == 0);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_dialled_number_post_dial(number, &text));
    OK(microsip_dialled_number_free(number));
    OK(microsip_number_rules_resolve(rules, "\"Ann\" <sips:ann@example.net>", &number));
    OK(microsip_dialled_number_display_name(number, &text));
    STREQ("Ann", text);
    OK(microsip_dialled_number_is_secure(number, &flag));
    CHECK(flag);
    OK(microsip_dialled_number_free(number));
    OK(microsip_dial_plan_parse("12x", &plan));
    OK(microsip_number_rules_clone(rules, &others));
    OK(microsip_number_rules_set_dial_plan(others, plan));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_number_rules_resolve(others, "99", &number));
    OK(microsip_dial_plan_free(plan));
    plan.token = 0;
    OK(microsip_number_rules_set_dial_plan(others, plan));
    OK(microsip_number_rules_resolve(others, "99", &number));
    OK(microsip_dialled_number_free(number));
    OK(microsip_number_rules_free(others));
    OK(microsip_number_rules_free(rules));

    OK(microsip_number_rules_new(NULL, &rules));
    OK(microsip_number_rules_set_local(rules, true));
    OK(microsip_number_rules_set_local_domain(rules, "here.example"));
    OK(microsip_number_rules_set_local_domain(rules, NULL));
    OK(microsip_number_rules_resolve(rules, "bob@127.0.0.1", &number));
    OK(microsip_dialled_number_line(number, &line));
    CHECK(line == MICROSIP_NUMBER_LINE_LOCAL);
    OK(microsip_dialled_number_free(number));
    OK(microsip_number_rules_set_local(rules, false));
    EXPECT(MICROSIP_STATUS_CONFIG, microsip_number_rules_resolve(rules, "123", &number));
    OK(microsip_number_rules_free(rules));

    OK(microsip_number_is_phone("+49 (30) 1", &flag));
    CHECK(flag);
    OK(microsip_number_is_phone("ann", &flag));
    CHECK(!flag);
    OK(microsip_number_matches("0301234", "301234", &count));
    CHECK(count == 1);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_number_matches("0301234", "99", &count));
}

int main(void) {
    links();
    plans();
    numbers();
    no_handles_left();
    puts("numbers: ok");
    return 0;
}
