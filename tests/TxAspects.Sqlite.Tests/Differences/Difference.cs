namespace TxAspects.Tests;

/// <summary>
/// The tests of the shared suites that SQLite fails, each with why. What it does instead is tested in the tests in Limits.
/// </summary>
public static class Difference
{
    private const string OneWriter = "a file has one writer at a time, so where a unit has a transaction, another one cannot begin.";
    private const string GoesOn = "a failed statement undoes itself alone and the transaction goes on, so it dooms nothing.";
    private const string KeyAgain = "a key that was undone is given out again, and the tracker still holds the entity that had it.";
    private const string KeyIsKept = "a trigger cannot change the key of a row before it is returned.";
    private const string NotReadOnly = "there are no read-only transactions, so SQL text may write in a read-only unit.";
    private const string SequencesStay
        = "a file keeps SQLite's own table of keys when the others are dropped, so EF Core takes it for created.";
    private const string NoIdentity = "transactions have no identity that can be asked for.";

    /// <summary>By suite and method; in parentheses an argument, where only that case is different.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["AmbientSpecification.Failed_command_dooms_at_once_and_names_the_connect"] = GoesOn,
        ["AtomicSpecification.Refused_commit_inside_a_savepoint_block_dooms_the_unit_whose_work_it_took_along"] = KeyAgain,
        ["AttachedSessionSpecification.Detached_session_takes_its_transaction_along_and_is_committed_by_its_owner"] = OneWriter,
        ["CommitSpecification.Failed_command_that_is_swallowed_is_not_reported_as_committed"] = GoesOn,
        ["DoomSpecification.Failed_command_over_Dapper_that_is_swallowed_is_not_reported_as_committed"] = GoesOn,
        ["EarlyCompletionSpecification.Committing_and_closing_on_the_way_keeps_every_row_and_takes_a_fresh_lease_after_the_close"]
            = OneWriter,
        ["FailedCommitSpecification.At_an_early_commit_that_is_swallowed_the_unit_is_doomed"] = KeyAgain,
        ["FailedSaveSpecification(Reading)"] = KeyIsKept,
        ["LazySessionSpecification.All_commands_of_a_unit_run_in_one_transaction"] = NoIdentity,
        ["NestedOutcomeSpecification.Nested_call_on_a_broken_transaction_is_refused_before_its_body_runs"] = GoesOn,
        ["NestedOutcomeSpecification.Nested_call_that_swallowed_a_failed_command_throws_doomed_and_the_outer_method_goes_on"] = GoesOn,
        ["NewContextSpecification.Failing_atomic_session_leaves_the_unit_alone"] = OneWriter,
        ["NewContextSpecification.Failure_of_a_new_context_that_nobody_catches_rolls_back_both"] = OneWriter,
        ["NewContextSpecification.Middle_of_three_levels_fails_alone"] = OneWriter,
        ["NewContextSpecification.New_context_survives_the_failure_of_the_unit_around_it"] = OneWriter,
        ["NewContextSpecification.Parallel_branches_end_by_themselves_and_the_joined_one_with_the_unit"] = OneWriter,
        ["NewContextSpecification.Parallel_branches_stay_when_the_unit_fails_and_the_joined_one_goes"] = OneWriter,
        ["NewContextSpecification.Synchronous_new_context_survives_the_failure_of_the_unit_around_it"] = OneWriter,
        ["NewContextSpecification.Unit_survives_the_failure_of_a_new_context_inside_it"] = OneWriter,
        ["NewSessionTests.Ambient_unit_is_untouched"] = OneWriter,
        ["NewSessionTests.Tables_can_be_created_in_a_new_session_and_are_there_after_its_commit"] = SequencesStay,
        ["RollbackOnlySpecification.Request_inside_a_new_context_leaves_the_unit_around_it_alone"] = OneWriter,
        ["RunTests.New_context_survives_the_failure_of_the_unit_around_it"] = OneWriter,
        ["SaveSavepointSpecification.Users_own_savepoint_is_left_to_the_user"] = KeyAgain,
        ["SettingsSpecification.Isolation_level_is_not_inherited_by_a_new_context"] = OneWriter,
        ["SettingsSpecification.New_context_inside_a_read_only_unit_may_write"] = OneWriter,
        ["SettingsSpecification.Server_refuses_a_raw_write_in_a_read_only_unit"] = NotReadOnly,
        ["SeveralConnectsSpecification.Failed_command_on_one_keeps_both_from_being_committed"] = GoesOn,
        ["SynchronousSessionSpecification.Failed_command_that_is_swallowed_is_not_reported_as_committed"] = GoesOn,
        ["SynchronousSessionSpecification.New_context_commits_by_itself"] = OneWriter,
        ["TwoConnectsSpecification.Commit_that_fails_in_the_second_of_three_lists_what_became_of_each"] = OneWriter,
        ["UserTransactionSpecification.Commit_after_a_failed_Dapper_command_in_it_is_not_reported"] = GoesOn,
        ["UserTransactionSpecification.Commit_after_a_failed_statement_in_it_is_not_reported"] = GoesOn,
        ["UserTransactionSpecification.Synchronous_commit_after_a_failed_Dapper_command_in_it_is_not_reported"] = GoesOn,
    };

    /// <summary>Why a test cannot pass, or null.</summary>
    public static string? Of(ITestMethod test)
    {
        ArgumentNullException.ThrowIfNull(test);
        var suite = test.MethodInfo.DeclaringType!.Name.Split('`')[0];
        return All.GetValueOrDefault($"{suite}.{test.TestMethodName}")
            ?? (test.Arguments ?? []).Select(argument => All.GetValueOrDefault($"{suite}({argument})"))
                .FirstOrDefault(reason => reason is not null);
    }
}
