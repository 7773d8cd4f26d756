namespace TxAspects.Model.Tests.Model;

/// <summary>An object of a session.</summary>
internal sealed class Entity
{
    public Entity(int row, Node adder, bool isBad)
        => (Row, Adder, IsBad, Value, Saved, Writer) = (row, adder, isBad, row, row, adder);

    public int Row { get; }

    public Node Adder { get; }

    /// <summary>Whether the server will refuse it.</summary>
    public bool IsBad { get; }

    /// <summary>Whether it was not saved yet.</summary>
    public bool IsNew { get; set; } = true;

    public int Value { get; set; }

    /// <summary>The value that the database has, as far as the session knows.</summary>
    public int Saved { get; set; }

    /// <summary>Who changed it last; null where that was outside its unit.</summary>
    public Node? Writer { get; set; }

    public bool HasChanges => IsNew || Value != Saved;
}
