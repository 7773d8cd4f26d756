using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace TxAspects.DependencyInjection;

/// <summary>Reads options from configuration: those whose value can be written as text.</summary>
internal static class ConfiguredOptions
{
    private static readonly PropertyInfo[] Known = Array.FindAll(
        typeof(TxAspectsOptions).GetProperties(),
        one => one.SetMethod is { IsPublic: true } && TypeDescriptor.GetConverter(one.PropertyType).CanConvertFrom(typeof(string)));

    /// <summary>Sets what is configured, and says what is wrong with the rest; never which value is.</summary>
    public static IEnumerable<string> Bind(TxAspectsOptions options, IConfiguration configuration)
        => configuration.GetChildren().Select(section => Bind(options, section)).OfType<string>().ToArray();

    private static string? Bind(TxAspectsOptions options, IConfigurationSection section)
    {
        var property = Array.Find(Known, one => one.Name.Equals(section.Key, StringComparison.OrdinalIgnoreCase));
        if (property is null)
            return $"'{section.Path}' is configured, but no option has that name. These have: " +
                   $"{string.Join(", ", Known.Select(one => $"'{one.Name}'"))}.";

        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        try
        {
            var value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(section.Value ?? "");
            property.SetMethod!.Invoke(options, BindingFlags.DoNotWrapExceptions, null, [value], null);
            return null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return $"'{section.Path}' is configured with a value that '{property.Name}' cannot have. Its documentation says which it can.";
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return $"'{section.Path}' is configured with a value that is no {type.Name}. Write it like '{Example(type)}'.";
        }
    }

    private static string Example(Type type) => type == typeof(TimeSpan) ? "00:00:00.020" : $"{Activator.CreateInstance(type)}";
}
