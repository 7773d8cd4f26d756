using System.Reflection;
using static Microsoft.VisualStudio.TestTools.UnitTesting.Assert;

namespace TxAspects.Tests;

/// <summary>The list of differences names tests that are there.</summary>
[TestClass]
public sealed class DifferenceTests
{
    [TestMethod]
    public void Every_difference_names_a_test_or_a_case_of_a_suite()
    {
        var suites = Assembly.GetExecutingAssembly().GetTypes().ToLookup(type => type.Name.Split('`')[0]);

        foreach (var name in Difference.All.Keys)
        {
            var parts = name.Split('.', '(', ')');
            var suite = suites[parts[0]].SingleOrDefault();
            IsNotNull(suite, name);
            IsTrue(name.EndsWith(')')
                ? suite.GetNestedTypes().Any(type => type.IsEnum && Enum.IsDefined(type, parts[1]))
                : suite.GetMethod(parts[1])?.IsDefined(typeof(TestMethodAttribute)) is true, name);
        }
    }
}
